import * as pulumi from "@pulumi/pulumi";
import { LIMITS } from "../../receiver/contract";
import type { BusinessHours } from "../../receiver/silence";
import { businessHoursSchema } from "../../receiver/silence-schema";
import type { ReceiverAlarms, RelayReceiverArgs } from "./arguments";
import { receiverProblems } from "./rules";

/** How long the delivery function may take, unless it is said. */
export const DELIVERY_SECONDS = 60;

/** A receiver's arguments with all defaults in place. */
export interface ReceiverSettings {
  readonly intake: {
    readonly memoryMiB: number;
    readonly timeoutSeconds: number;
    /** -1 sets nothing aside, in the provider's words. */
    readonly reservedConcurrency: number;
    readonly maxBodyKiB: number;
    readonly maxAgeMinutes: number | undefined;
    readonly unsealedPaths: readonly string[];
  };
  readonly delivery: {
    readonly memoryMiB: number;
    readonly timeoutSeconds: number;
    readonly maximumConcurrency: number;
    readonly giveUpAfterDays: number;
  };
  readonly alarms:
    | (Required<Pick<ReceiverAlarms, "actions" | "oldestMinutes">> & {
        readonly expectEventEveryMinutes: number | undefined;
        readonly businessHours: BusinessHours | undefined;
      })
    | undefined;
  readonly dashboard: boolean;
  readonly logRetentionDays: number;
  readonly logLevel: NonNullable<RelayReceiverArgs["logLevel"]>;
}

/** Throws all mistakes at once, before anything is declared. */
export function settingsOf(name: string, args: RelayReceiverArgs): ReceiverSettings {
  const problems = receiverProblems(args);
  if (problems.length > 0)
    throw new pulumi.RunError(
      `receiver "${name}" has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}; nothing of it was touched.\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    );
  const { intake = {}, delivery = {}, alarms = {}, dashboard = true, logRetentionDays = 30, logLevel = "info" } = args;
  const { reservedConcurrency = 20 } = intake;
  return {
    intake: {
      memoryMiB: intake.memoryMiB ?? 256,
      timeoutSeconds: intake.timeoutSeconds ?? 10,
      reservedConcurrency: reservedConcurrency === "none" ? -1 : reservedConcurrency,
      maxBodyKiB: intake.maxBodyKiB ?? LIMITS.maxBodyKiB,
      maxAgeMinutes: intake.maxAgeMinutes,
      unsealedPaths: intake.unsealedPaths ?? [],
    },
    delivery: {
      memoryMiB: delivery.memoryMiB ?? 256,
      timeoutSeconds: delivery.timeoutSeconds ?? DELIVERY_SECONDS,
      maximumConcurrency: delivery.maximumConcurrency ?? LIMITS.maximumConcurrency.otherwise,
      giveUpAfterDays: delivery.giveUpAfterDays ?? LIMITS.maxGiveUpDays,
    },
    alarms:
      alarms === false
        ? undefined
        : {
            actions: alarms.actions ?? [],
            oldestMinutes: alarms.oldestMinutes ?? 15,
            expectEventEveryMinutes: alarms.expectEventEveryMinutes,
            businessHours: alarms.businessHours && businessHoursSchema.parse(alarms.businessHours),
          },
    dashboard,
    logRetentionDays,
    logLevel,
  };
}
