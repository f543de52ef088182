import type { AirkitObject } from "../../../airkit/object";

export function nameOf(object: AirkitObject): string {
  return typeof object.name === "string" ? object.name : object.id;
}
