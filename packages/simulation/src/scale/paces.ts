import { freshPace, type Pace, type Places, placesBy, placesFor, recovered, slowed } from "@promptcall/core/pace";
import { KeyMeter } from "./meter.ts";

/** The pace of every application, under the rules of the domain, and what asking for it costs its item. */
export class Paces {
  /** By the second, of the item that has most of them. */
  readonly reads = new KeyMeter();
  readonly writes = new KeyMeter();
  readonly #paces = new Map<number, Pace>();
  readonly #limit: number;

  constructor({ limit }: { limit: number }) {
    this.#limit = limit;
  }

  read(application: number, nowMs: number): Pace {
    this.reads.add(application, nowMs, 1);
    return recovered(this.#paces.get(application) ?? freshPace(this.#limit), nowMs);
  }

  /** Takes the next places for so many calls; for as many of them as there are early enough. */
  reserve(application: number, { count, byMs, nowMs }: { count: number; byMs: number; nowMs: number }) {
    const pace = this.read(application, nowMs);
    const fits = Math.min(count, placesBy(byMs, { pace, nowMs }));
    const places: Places = placesFor(Math.max(1, fits), { pace, nowMs });
    if (fits > 0) this.#write(application, { pace: { ...pace, takenUntilMs: places.untilMs }, nowMs });
    return { fits, fromMs: places.fromMs, pace };
  }

  slow(application: number, nowMs: number): void {
    this.#write(application, { pace: slowed(this.read(application, nowMs), nowMs), nowMs });
  }

  #write(application: number, { pace, nowMs }: { pace: Pace; nowMs: number }): void {
    this.writes.add(application, nowMs, 1);
    this.#paces.set(application, pace);
  }
}
