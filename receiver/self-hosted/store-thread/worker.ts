import { serveStore } from "./serve";

serveStore();
