import type { OldKeyRecord } from "@promptcall/core/contracts/records/old-key";
import type { OldKeys } from "../src/ports/old-keys.ts";
import { type Io, immediately } from "./io.ts";

/** The API keys of the deprecated API, in memory. */
export class FakeOldKeys {
  readonly #records = new Map<string, OldKeyRecord>();

  portFor({ io = immediately }: { io?: Io } = {}): OldKeys {
    return {
      read: (apiKey) => io(() => this.#records.get(apiKey)),
      write: (apiKey, record) =>
        io(() => {
          if (record === undefined) this.#records.delete(apiKey);
          else this.#records.set(apiKey, record);
        }),
    };
  }
}
