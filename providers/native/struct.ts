import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Values } from "./values";

/** Property values as the protocol carries them; it has no `undefined`. */
export function structOf(values: Values): Struct {
  const json = JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>;
  return Struct.fromJavaScript(json);
}

export function valuesOf(struct: Struct | undefined): Values {
  return struct?.toJavaScript() ?? {};
}
