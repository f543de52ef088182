/** A relay's part of the store, and how fast it fills. */
export interface Room {
  readonly bytesUsed: number;
  readonly bytesAllowed: number;
  readonly bytesPerMs: number;
}

const HOUR_MS = 3_600_000;
/** From then on a pause is no longer begun, and one that goes on is an alarm. */
const FULL_ENOUGH = 0.8;

/** How long a pause may go on before new events are refused, at the rate of the last hour. */
export function lastsMs({ bytesUsed, bytesAllowed, bytesPerMs }: Room): number {
  return bytesPerMs <= 0 ? Infinity : Math.max(0, bytesAllowed - bytesUsed) / bytesPerMs;
}

/** Why a pause of that length is not begun: paused events need room, and what finds none is refused with 503. */
export function pauseRefusal(relay: string, room: Room, forMs: number | undefined): string | undefined {
  const way = "Pause for less with --for, raise maxMiB, or drop what is not needed";
  if (room.bytesUsed >= room.bytesAllowed * FULL_ENOUGH)
    return `Pausing ${relay}: its part of the store is filled to ${percent(room)} %, and new events would soon be refused. ${way}.`;
  const lasts = lastsMs(room);
  if (lasts >= (forMs ?? HOUR_MS)) return undefined;
  return `Pausing ${relay}${forMs === undefined ? "" : ` for ${inHours(forMs)}`}: at the rate of the last hour its part of the store is full in ${inHours(lasts)}, and new events would be refused from then on. ${way}.`;
}

/** What is wrong with a pause that goes on. */
export function pauseAlarm(room: Room): string | undefined {
  const lasts = lastsMs(room);
  if (room.bytesUsed >= room.bytesAllowed * FULL_ENOUGH) return `its part of the store is filled to ${percent(room)} %`;
  return lasts < HOUR_MS ? `its part of the store is full in ${inHours(lasts)} at this rate` : undefined;
}

function percent({ bytesUsed, bytesAllowed }: Room): number {
  return Math.floor((bytesUsed / bytesAllowed) * 100);
}

function inHours(ms: number): string {
  return ms < 2 * HOUR_MS ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / HOUR_MS)} h`;
}
