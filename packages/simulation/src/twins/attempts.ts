import type { Attempts, AttemptVersion } from "@promptcall/functions/ports/attempts";
import { atOnce, type Io } from "./io.ts";

/** How far requests with an idempotency key have come, in memory. */
export class AttemptsTwin {
  readonly #attempts = new Map<string, string>();

  portFor({ io = atOnce }: { io?: Io } = {}): Attempts {
    const read = (name: { applicationId: string; key: string }) => {
      const written = this.#attempts.get(JSON.stringify(name));
      return written === undefined ? undefined : (JSON.parse(written) as AttemptVersion);
    };
    return {
      read: ({ applicationId, key }) => io(() => read({ applicationId, key })),
      write: ({ applicationId, key }, { attempt, revision }) =>
        io(() => {
          if ((read({ applicationId, key })?.revision ?? 0) !== revision) return false;
          const version: AttemptVersion = { attempt, revision: revision + 1 };
          this.#attempts.set(JSON.stringify({ applicationId, key }), JSON.stringify(version));
          return true;
        }),
    };
  }
}
