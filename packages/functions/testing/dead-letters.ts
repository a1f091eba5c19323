import { PartialFailureError } from "../src/errors.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { DeadLetters, DeadMessage } from "../src/ports/dead-letters.ts";
import { idOf } from "./random.ts";

export interface FakeDeadLetters extends DeadLetters {
  put(body: string): void;
  /** The ids of the held or visible messages, in order. */
  ids(state: "held" | "visible"): readonly string[];
}

interface FakeDeadLettersOptions {
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

/** The visibility timeout. */
const HELD_MS = 300_000;

/** Each receive gives a new receipt, and only the latest is valid. */
export function fakeDeadLetters({ clock, batchSize = 10 }: FakeDeadLettersOptions): FakeDeadLetters {
  const kept = new Map<string, Kept>();
  let ordinal = 0;
  const receiptOf = ({ id, receives }: Kept) => `${id}/${receives}`;
  const isHeld = ({ visibleAtMs }: Kept) => visibleAtMs > clock.now().getTime();
  const find = ({ receipt }: DeadMessage) => [...kept.values()].find((message) => receiptOf(message) === receipt);

  return {
    put(body) {
      ordinal += 1;
      const id = idOf(ordinal);
      kept.set(id, { id, body, receives: 0, visibleAtMs: clock.now().getTime() });
    },

    ids: (state) => [...kept.values()].filter((message) => isHeld(message) === (state === "held")).map(({ id }) => id),

    async receive() {
      const messages = [...kept.values()].filter((message) => !isHeld(message)).slice(0, batchSize);
      return messages.map((message) => {
        message.receives += 1;
        message.visibleAtMs = clock.now().getTime() + HELD_MS;
        return { id: message.id, receipt: receiptOf(message), body: message.body };
      });
    },

    async remove(message) {
      const found = find(message);
      if (found !== undefined) kept.delete(found.id);
    },

    async release(messages) {
      let failed = 0;
      for (const message of messages) {
        const found = find(message);
        if (found !== undefined && isHeld(found)) found.visibleAtMs = clock.now().getTime();
        else failed += 1;
      }
      if (failed > 0) throw new PartialFailureError(`${failed} message(s) could not be given back`);
    },
  };
}
