import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../lifecycle/unknown";
import { SIGNATURE, type Values, isMap, mapDeep, wrapSecret } from "./values";

/** Property values as the protocol carries them; it has no `undefined`. */
export function structOf(values: Values): Struct {
  const json = JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>;
  return Struct.fromJavaScript(json);
}

export function valuesOf(struct: Struct | undefined): Values {
  return mapDeep(struct?.toJavaScript() ?? {}, plain) as Values;
}

/** What marks an object that stands for something else than itself: texts of the engine's protocol. */
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const FILES: readonly unknown[] = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** No property takes this, so its own schema refuses it, by name. An asset as it is would pass for a map of texts. */
const NOTHING_OF_OURS = [[]];

function plain(value: unknown): unknown {
  if (!isMap(value)) return value;
  const mark = value[SIGNATURE];
  if (mark === REFERENCE) return referred(value);
  if (mark === OUTPUT) return known(value);
  return FILES.includes(mark) ? NOTHING_OF_OURS : value;
}

/** A program may give a whole resource where its id is meant, as the engine does for plugins that know no references. */
function referred({ id, urn }: Values): unknown {
  return id === undefined || id === null ? urn : id === "" ? UNKNOWN : id;
}

/** An output as a whole, with what it depends on: that is the engine's business. */
function known({ value = UNKNOWN, secret }: Values): unknown {
  return secret === true ? wrapSecret(plain(value)) : plain(value);
}
