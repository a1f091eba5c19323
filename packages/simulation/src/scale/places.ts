import { admit, type Taken } from "@promptcall/core/receiver-places";
import { KeyMeter } from "./meter.ts";

export type Entered = "place" | "busy" | "slow";

interface Visit {
  readonly application: number;
  readonly place: string;
}

/** The places of every application's server, under the rule of the domain, and what asking for them costs their item. */
export class Places {
  /** By the second, of the item that has most of them. */
  readonly reads = new KeyMeter();
  readonly writes = new KeyMeter();
  readonly #taken = new Map<number, Taken>();
  readonly #inBatch = new Map<number, Entered>();
  readonly #visits: Visit[] = [];

  /** One place is shared by all of a batch that wait for the same receiver. */
  enter(application: number, nowMs: number): Entered {
    const known = this.#inBatch.get(application);
    if (known !== undefined) return known;
    this.reads.add(application, nowMs, 1);
    const taken = this.#taken.get(application) ?? {};
    const admission = admit({ taken, nowMs });
    if (admission.kind === "place") {
      this.writes.add(application, nowMs, 1);
      this.#taken.set(application, { ...taken, [admission.place]: nowMs });
      this.#visits.push({ application, place: admission.place });
    }
    this.#inBatch.set(application, admission.kind);
    return admission.kind;
  }

  /** The visits that the batch has begun, to be ended with it. */
  endOfBatch(): readonly number[] {
    const begun = [...this.#inBatch.values()].filter((entered) => entered === "place").length;
    this.#inBatch.clear();
    return Array.from({ length: begun }, (_, index) => this.#visits.length - begun + index);
  }

  leave(visit: number, nowMs: number): void {
    const visited = this.#visits[visit];
    if (visited === undefined) return;
    const { application, place } = visited;
    this.writes.add(application, nowMs, 1);
    this.#taken.set(application, { ...this.#taken.get(application), [place]: undefined });
  }
}
