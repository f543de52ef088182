import * as z from "zod";
import { businessHoursProblem, WEEKDAYS } from "./silence";

/** The hours in which events are expected, by the same names and rules in a program, in stack config and in receiver.yaml. */
export const businessHoursSchema = z
  .strictObject({
    timeZone: z.string({ error: "must be a time zone, such as Europe/Berlin" }),
    days: z
      .array(z.enum(WEEKDAYS, { error: `must be ${WEEKDAYS.join(", ")}` }), { error: "must be a list of days" })
      .min(1, "must name a day")
      .default(["mon", "tue", "wed", "thu", "fri"]),
    from: z.string({ error: "must be a time such as 08:00" }),
    to: z.string({ error: "must be a time such as 18:00, or 24:00" }),
  })
  .superRefine((hours, context) => {
    const message = businessHoursProblem(hours);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
