/** The program of Pulumi.yaml in this repository: the ready-made stack. */
import { declareRelays } from ".";

export = declareRelays();
