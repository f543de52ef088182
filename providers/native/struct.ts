import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../lifecycle/unknown";
import { SIGNATURE, type Values, isMap, mapDeep } from "./values";

/** Property values as the protocol carries them; it has no `undefined`. */
export function structOf(values: Values): Struct {
  const json = JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>;
  return Struct.fromJavaScript(json);
}

export function valuesOf(struct: Struct | undefined): Values {
  return mapDeep(struct?.toJavaScript() ?? {}, withoutReference) as Values;
}

/** What marks an object that stands for a resource: a text of the engine's protocol. */
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** A program may give a whole resource where its id is meant, as the engine does for plugins that know no references. */
function withoutReference(value: unknown): unknown {
  if (!isMap(value) || value[SIGNATURE] !== REFERENCE) return value;
  const { id, urn } = value;
  return id === undefined || id === null ? urn : id === "" ? UNKNOWN : id;
}
