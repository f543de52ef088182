import { createSilenceHandler } from "../silence";

export const handler = createSilenceHandler(process.env);
