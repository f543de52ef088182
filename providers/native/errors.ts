import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { isError } from "../lifecycle/errors";
import { redact } from "../lifecycle/secrets";
import { shown } from "../lifecycle/shown";
import { respell } from "../plugin-settings";
import type { State } from "./state";
import { structOf } from "./struct";

/** An object that exists but is not as declared, on its way out of a call. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";

  constructor(readonly state: State) {
    super(state.unfinished.join("; "));
  }
}

/** Whatever was thrown, as gRPC carries it: a message without a secret, and no stack. */
export function serviceError(error: unknown): Partial<ServiceError> {
  if (isError(error) && error.name === "InvalidRequest") return answer(status.INVALID_ARGUMENT, error.message);
  if (error instanceof Unfinished) return answer(status.UNKNOWN, error.message, detailsOf(error));
  return answer(status.UNKNOWN, respell(isMistake(error) ? redact(error.message) : shown(error).message));
}

/** A program's mistake, as a component tells it: by its marks, because components are bundled with classes of their own. */
function isMistake(error: unknown): error is Error {
  return isError(error) && ("__pulumiRunError" in error || error.name === "RelayError");
}

function answer(code: status, text: string, details?: Buffer): Partial<ServiceError> {
  // gRPC cannot encode half of a character, as a text that was cut has one, and the call would never be answered.
  const message = text.toWellFormed();
  const metadata = new Metadata();
  // The engine finds the unfinished object there, as Go's gRPC packs it.
  if (details !== undefined) metadata.add("grpc-status-details-bin", details);
  return { code, details: message, message, metadata };
}

function detailsOf({ message, state: { id, properties, unfinished } }: Unfinished): Buffer {
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(structOf(properties));
  failed.setReasonsList([...unfinished]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(status.UNKNOWN);
  whole.setMessage(message);
  whole.addDetails(packed);
  return Buffer.from(whole.serializeBinary());
}
