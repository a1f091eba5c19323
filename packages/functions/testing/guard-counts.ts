import { dayOf, hourOf, roomFor } from "@promptcall/core/guard/counting";
import type { Clock } from "../src/ports/clock.ts";
import type { CallsByNumber, GuardCounts } from "../src/ports/guard-counts.ts";
import { type Io, immediately } from "./io.ts";

/** What was accepted in each hour and on each day, in memory; each process counts by its own clock and its own ways. */
export class FakeGuardCounts {
  readonly #calls = new Map<string, number>();

  portFor({ clock, io = immediately }: { clock: Clock; io?: Io }): GuardCounts {
    const hour = () => hourOf(clock.now().getTime()).name;
    const ofNumber = (number: string, of: string) => `${number} ${of}`;
    const ofDay = (applicationId: string) => `${applicationId} ${dayOf(clock.now().getTime()).name}`;
    const count = (name: string) => this.#calls.get(name) ?? 0;
    const add = (name: string, calls: number) => this.#calls.set(name, count(name) + calls);
    const room = (calls: CallsByNumber, { limit, of }: { limit: number; of: string }) =>
      roomFor(calls, { counted: (number) => count(ofNumber(number, of)), limit });
    return {
      addToNumbers: (calls, limit) =>
        io(() => {
          const of = hour();
          const rooms = room(calls, { limit, of });
          for (const [number, taken] of rooms) add(ofNumber(number, of), taken);
          return {
            rooms,
            full: [...rooms.keys()].filter((number) => count(ofNumber(number, of)) === limit),
            giveBack: (unused) =>
              io(() => {
                for (const [number, calls] of unused) add(ofNumber(number, of), -calls);
              }),
          };
        }),
      roomOfNumbers: (calls, limit) => io(() => room(calls, { limit, of: hour() })),
      addToApplication: (applicationId, { calls, limit }) =>
        io(() => {
          const name = ofDay(applicationId);
          if (count(name) + calls > limit) return { kind: "no_room", left: limit - count(name) };
          add(name, calls);
          const giveBack = (unused: number) => io(() => void add(name, -unused));
          return { kind: "counted", isFull: count(name) === limit, giveBack };
        }),
      leftOfApplication: (applicationId, limit) => io(() => Math.max(0, limit - count(ofDay(applicationId)))),
    };
  }
}
