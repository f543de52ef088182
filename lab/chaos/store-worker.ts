import { serveStore } from "../../receiver/self-hosted/store-thread/serve";
import type { ChildOrders } from "./child";
import { killer } from "./kill-at";

/** The store's thread, which shares its process's orders. */
const orders = JSON.parse(process.argv[2] ?? "{}") as ChildOrders;
serveStore(killer(orders.killAt));
