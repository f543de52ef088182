import * as pulumi from "@pulumi/pulumi";
import { isSealedRoute } from "../../receiver/route-seal";

export interface RelayPath {
  readonly path: string;
  readonly key: string;
  /** Of the resource that made it. */
  readonly urn: string;
}

/** The path, if the intake will know it. One from before there were seals would be nobody's, and its events would be refused. */
export function knownPath(
  of: { readonly receiver: string; readonly relay: string },
  { path, key, urn }: RelayPath,
  unsealedPaths: readonly string[],
): string {
  if (isSealedRoute(path, key) || unsealedPaths.includes(path)) return path;
  throw new pulumi.RunError(
    `relay "${of.relay}" of receiver "${of.receiver}": its address ends in ${path}, which the receiver cannot recognise as its own. ` +
      `Give the receiver \`intake: { unsealedPaths: ["${path}"] }\` to keep the address, or get another with \`pulumi up --replace '${urn}'\`.`,
  );
}
