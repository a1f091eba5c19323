import type { IdempotencyRecords, VersionedIdempotencyRecord } from "../src/ports/idempotency.ts";
import { type Io, immediately } from "./io.ts";

/** Idempotency records in memory. */
export class FakeIdempotencyRecords {
  readonly #records = new Map<string, string>();

  portFor({ io = immediately }: { io?: Io } = {}): IdempotencyRecords {
    const read = (name: { applicationId: string; key: string }) => {
      const written = this.#records.get(JSON.stringify(name));
      return written === undefined ? undefined : (JSON.parse(written) as VersionedIdempotencyRecord);
    };
    return {
      read: ({ applicationId, key }) => io(() => read({ applicationId, key })),
      write: ({ applicationId, key }, { record, revision }) =>
        io(() => {
          if ((read({ applicationId, key })?.revision ?? 0) !== revision) return false;
          const version: VersionedIdempotencyRecord = { record, revision: revision + 1 };
          this.#records.set(JSON.stringify({ applicationId, key }), JSON.stringify(version));
          return true;
        }),
    };
  }
}
