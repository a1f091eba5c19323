import type { ReceiverStreaks, Streak } from "../src/ports/receiver-streaks.ts";
import { type Io, immediately } from "./io.ts";

/** Failed deliveries in a row to each receiver, shared by all who ask. */
export class FakeReceiverStreaks {
  readonly #streaks = new Map<string, Streak & { readonly isTold: boolean }>();

  portFor({ io = immediately }: { io?: Io } = {}): ReceiverStreaks {
    return {
      failed: (receiver, { at, publishFrom }) =>
        io(() => {
          const { failures, since, isTold } = this.#streaks.get(receiver) ?? { failures: 0, since: at, isTold: false };
          const streak = { failures: failures + 1, since };
          const isLong = streak.failures >= publishFrom;
          this.#streaks.set(receiver, { ...streak, isTold: isTold || isLong });
          return isLong && !isTold ? streak : undefined;
        }),
      succeeded: (receiver) =>
        io(() => {
          const known = this.#streaks.get(receiver);
          this.#streaks.delete(receiver);
          return known?.isTold ? { failures: known.failures, since: known.since } : undefined;
        }),
      publishFailed: (receiver, { streak, of }) =>
        io(() => {
          const known = this.#streaks.get(receiver);
          if (of === "failing" && known !== undefined) this.#streaks.set(receiver, { ...known, isTold: false });
          if (of === "recovered" && known === undefined) this.#streaks.set(receiver, { ...streak, isTold: true });
        }),
    };
  }
}
