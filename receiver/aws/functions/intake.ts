import { loadEarly } from "../http";
import { createIntakeHandler } from "../intake";

export const handler = createIntakeHandler(process.env);

if (process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== undefined) void loadEarly();
