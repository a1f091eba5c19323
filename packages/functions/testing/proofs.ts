import { isDeepStrictEqual } from "node:util";
import type { ProofRecord } from "@promptcall/core/contracts/records/proof";
import type { Proofs, Questions } from "../src/ports/proofs.ts";
import { type Io, immediately } from "./io.ts";

/** What is remembered of credentials, in memory. */
export class FakeProofs {
  readonly #records = new Map<string, ProofRecord>();

  portFor({ io = immediately }: { io?: Io } = {}): Proofs {
    return {
      read: (hash) => io(() => this.#records.get(hash)),
      write: (hash, { seen, next }) =>
        io(() => {
          const known = this.#records.get(hash);
          // What has expired may be gone since it was read.
          if (known !== undefined && !isDeepStrictEqual(known, seen)) return false;
          if (next === undefined) this.#records.delete(hash);
          else this.#records.set(hash, next);
          return true;
        }),
    };
  }

  /** Everything on record, to look at. */
  records(): ReadonlyMap<string, ProofRecord> {
    return this.#records;
  }
}

/** How many questions there have been, in memory. */
export class FakeQuestions {
  readonly #asked = new Map<string, number>();

  portFor({ io = immediately }: { io?: Io } = {}): Questions {
    return {
      count: ({ scope, atMs, most }) =>
        io(() => {
          const key = `${scope} ${Math.floor(atMs / 1_000)}`;
          const asked = this.#asked.get(key) ?? 0;
          if (asked >= most) return false;
          this.#asked.set(key, asked + 1);
          return true;
        }),
    };
  }
}
