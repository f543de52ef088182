export { type LocalReceiver, type ReceiverOptions, startReceiver } from "./receiver";
export { ConfigError, parseConfig, type ReceiverConfig, type ReceiverConfigInput } from "./config";
export { loadConfig, type Overrides } from "./config-file";
export type { Admin, Status } from "../admin";
export type { StoreAdmin } from "./admin";
