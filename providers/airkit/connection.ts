import { isHttpsOrLoopback } from "../lifecycle/addresses";
import { SettingsError } from "../lifecycle/errors";
import { Http } from "../lifecycle/http";
import { remember } from "../lifecycle/secrets";
import type { Run } from "../lifecycle/run";
import type { Settings } from "../lifecycle/settings";
import { ConsoleClient } from "./console-client";
import { ConsoleDriver } from "./console-driver";
import { type AirkitDriver, DRIVERS, type DriverName } from "./driver";
import { OperatorDriver } from "./operator-driver";

/** The driver of `airkit:driver`; the console driver needs `airkit:baseUrl` and `airkit:token`. */
export function connectToAirkit(settings: Settings, run: Run): AirkitDriver {
  const problems = [...driverProblems(settings), ...consoleProblems(settings)];
  if (problems.length > 0) throw new SettingsError(problems);
  if (driverOf(settings) === "operator") return new OperatorDriver(run);
  const token = settings.get("airkit:token") ?? "";
  remember(token);
  const http = new Http(baseUrlOf(settings), "the Airkit console API", { signal: run.signal });
  return new ConsoleDriver(new ConsoleClient(http, token), run);
}

/** What is not a driver at all is reported by `driverProblems`. */
export function driverOf(settings: Settings): DriverName {
  return DRIVERS.find((name) => name === settings.get("airkit:driver")) ?? "operator";
}

export function driverProblems(settings: Settings): string[] {
  const driver = settings.get("airkit:driver") ?? "operator";
  return DRIVERS.some((name) => name === driver)
    ? []
    : [`airkit:driver must be ${DRIVERS.join(" or ")}: ${settings.howToSet("airkit:driver")}`];
}

function consoleProblems(settings: Settings): string[] {
  if (driverOf(settings) !== "console") return [];
  const problems: string[] = [];
  if (settings.get("airkit:baseUrl") === undefined)
    problems.push(`no address of an Airkit console API is set: ${settings.howToSet("airkit:baseUrl")}`);
  else if (!isHttpsOrLoopback(baseUrlOf(settings)))
    problems.push(
      `airkit:baseUrl must be an https URL (http only to this machine): ${settings.howToSet("airkit:baseUrl")}`,
    );
  if (settings.get("airkit:token") === undefined)
    problems.push(`no token of the Airkit console API is set: ${settings.howToSet("airkit:token")}`);
  return problems;
}

/** People paste the address with the version that every path carries anyway. */
function baseUrlOf(settings: Settings): string {
  return (settings.get("airkit:baseUrl") ?? "").replace(/\/+$/, "").replace(/\/v1$/, "");
}
