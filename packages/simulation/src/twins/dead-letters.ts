import { PartialFailureError } from "@promptcall/functions/errors";
import type { Clock } from "@promptcall/functions/ports/clock";
import type { DeadLetter, DeadLetters } from "@promptcall/functions/ports/dead-letters";
import { idOf } from "./chance.ts";

export interface DeadLettersTwin extends DeadLetters {
  put(body: string): void;
  /** The ids of those that are there, held or not, in the order in which they were put. */
  ids(state: "held" | "visible"): readonly string[];
}

interface DeadLettersTwinOptions {
  readonly clock: Clock;
  /** The most that is handed out at once. */
  readonly batchSize?: number;
}

interface Kept {
  readonly id: string;
  readonly body: string;
  receives: number;
  visibleAtMs: number;
}

/** What nobody gave back by then comes back by itself. */
const HELD_MS = 300_000;

/** A letter has a new receipt each time it is received, and only the latest is good for anything. */
export function deadLettersTwin({ clock, batchSize = 10 }: DeadLettersTwinOptions): DeadLettersTwin {
  const kept = new Map<string, Kept>();
  let ordinal = 0;
  const receiptOf = ({ id, receives }: Kept) => `${id}/${receives}`;
  const isHeld = ({ visibleAtMs }: Kept) => visibleAtMs > clock.now().getTime();
  const find = ({ receipt }: DeadLetter) => [...kept.values()].find((letter) => receiptOf(letter) === receipt);

  return {
    put(body) {
      ordinal += 1;
      const id = idOf(ordinal);
      kept.set(id, { id, body, receives: 0, visibleAtMs: clock.now().getTime() });
    },

    ids: (state) => [...kept.values()].filter((letter) => isHeld(letter) === (state === "held")).map(({ id }) => id),

    async receive() {
      const letters = [...kept.values()].filter((letter) => !isHeld(letter)).slice(0, batchSize);
      return letters.map((letter) => {
        letter.receives += 1;
        letter.visibleAtMs = clock.now().getTime() + HELD_MS;
        return { id: letter.id, receipt: receiptOf(letter), body: letter.body };
      });
    },

    async remove(letter) {
      const found = find(letter);
      if (found !== undefined) kept.delete(found.id);
    },

    async release(letters) {
      let failed = 0;
      for (const letter of letters) {
        const found = find(letter);
        if (found !== undefined && isHeld(found)) found.visibleAtMs = clock.now().getTime();
        else failed += 1;
      }
      if (failed > 0) throw new PartialFailureError(`${failed} message(s) could not be given back`);
    },
  };
}
