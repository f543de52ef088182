import { createIntakeHandler } from "../intake";

export const handler = createIntakeHandler(process.env);
