import type { LocalTime } from "../contracts/records/local-time.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Zones shift their clocks now and then: so often it is looked again whether all of them are within their hours. */
const MOST_LOOKS = 100;
const LONGEST_AHEAD_MS = 8 * DAY_MINUTES * MINUTE_MS;

/**
 * The first time from `atMs` on that is within the hours in every zone of the number; undefined where there is none within
 * days. Epoch ms.
 */
export function opensAtMs({ zones, from, to }: LocalTime, atMs: number): number | undefined {
  if (zones.length === 0) return undefined;
  const [first, last] = [minutesOf(from), minutesOf(to)];
  let ms = atMs;
  for (let look = 0; look < MOST_LOOKS && ms <= atMs + LONGEST_AHEAD_MS; look += 1) {
    const nextMs = Math.max(...zones.map((zone) => opensThereMs({ zone, first, last }, ms)));
    if (nextMs === ms) return ms;
    ms = nextMs;
  }
  return undefined;
}

/** The next time within the hours on the clocks of one zone, or an earlier one where they are put back on the way. */
function opensThereMs({ zone, first, last }: { zone: string; first: number; last: number }, ms: number): number {
  const minutes = localMinutes(zone, ms);
  if (minutes >= first && minutes < last) return ms;
  const waits = first - minutes + (minutes < first ? 0 : DAY_MINUTES);
  const thenMs = Math.floor(ms / MINUTE_MS) * MINUTE_MS + waits * MINUTE_MS;
  // Where they are put forward on the way, it is later there by then.
  return thenMs - Math.max(0, localMinutes(zone, thenMs) - first) * MINUTE_MS;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight on the clocks of a zone. */
function localMinutes(zone: string, ms: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  formats.set(zone, format);
  return minutesOf(format.format(ms));
}
