import { rmSync } from "node:fs";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

const removal = { recursive: true, force: true, maxRetries: 5 } as const;

function prefix(version: string): string {
  return `.${version}.partial-`;
}

/**
 * Fills a directory beside its place and renames it there when it is whole, so that nobody ever sees half an installation.
 * What is at that place already has been tried and does not work. Call it with the lock held.
 */
export async function placeVersion(
  versions: string,
  version: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const stage = await mkdtemp(path.join(versions, prefix(version)));
  const root = path.join(versions, version);
  const removeNow = (): void => {
    rmSync(stage, removal);
  };
  process.once("exit", removeNow);
  try {
    const filled = path.join(stage, "root");
    await fill(filled);
    await rename(root, path.join(stage, "replaced")).catch(ignoreMissing);
    await rename(filled, root);
    return root;
  } finally {
    process.off("exit", removeNow);
    await rm(stage, removal);
  }
}

/** What a run that was killed outright has left. With the lock held nobody else can be working on one. */
export async function removeLeftovers(versions: string, version: string): Promise<void> {
  const leftovers = (await readdir(versions)).filter((name) => name.startsWith(prefix(version)));
  for (const name of leftovers) {
    // A Go that outlived its run may still be writing there. It ends when its work directory is gone; the next start tries again.
    await rm(path.join(versions, name), removal).catch(() => undefined);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
