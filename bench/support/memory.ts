import { readFileSync, readdirSync } from "node:fs";

const EVERY_MS = 250;

/** The memory of a process and of all that it starts, each at its own peak, as Linux counts it. */
export class MemoryOf {
  private readonly peaks = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.timer = setInterval(() => {
      this.look();
    }, EVERY_MS);
  }

  /** In MiB, all processes together; 0 where it is not known. */
  stop(): number {
    clearInterval(this.timer);
    return Math.round([...this.peaks.values()].reduce((sum, kibibytes) => sum + kibibytes, 0) / 1024);
  }

  private look(): void {
    const parents = new Map(processes().map(({ id, parent, peak }) => [id, { parent, peak }]));
    const belongs = (id: string): boolean =>
      id === String(this.root) || (parents.has(id) && belongs(parents.get(id)?.parent ?? ""));
    for (const [id, { peak }] of parents) if (belongs(id)) this.peaks.set(id, peak);
  }
}

function processes(): { id: string; parent: string; peak: number }[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((id) => {
        const status = statusOf(id);
        return {
          id,
          parent: /^PPid:\s+(\d+)/m.exec(status)?.[1] ?? "",
          peak: Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0),
        };
      });
  } catch {
    return [];
  }
}

function statusOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/status`, "utf8");
  } catch {
    return "";
  }
}
