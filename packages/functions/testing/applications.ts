import { ownerOf } from "@promptcall/core/contracts/ids";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import type { Applications } from "../src/ports/applications.ts";
import type { Owners } from "../src/ports/owners.ts";
import { type Io, immediately } from "./io.ts";

/** What is known of applications, in memory. */
export class FakeApplications {
  readonly #records = new Map<string, string>();

  constructor(known: Readonly<Record<string, ApplicationRecord>> = {}) {
    for (const [id, record] of Object.entries(known)) this.#records.set(id, JSON.stringify(record));
  }

  read(applicationId: string): ApplicationRecord {
    return JSON.parse(this.#records.get(applicationId) ?? "{}");
  }

  portFor({ io = immediately }: { io?: Io } = {}): Applications {
    return {
      read: (applicationId) => io(() => this.read(applicationId)),
      write: (applicationId, { seen, next }) =>
        io(() => {
          if (this.read(applicationId).revision !== seen.revision) return false;
          this.#records.set(applicationId, JSON.stringify({ ...next, revision: (seen.revision ?? 0) + 1 }));
          return true;
        }),
    };
  }

  ownersFor({ io = immediately }: { io?: Io } = {}): Owners {
    return {
      ownerOf: (applicationId) => io(() => ownerOf({ applicationId, account: this.read(applicationId).account })),
    };
  }

  /** Everything on record, to look at. */
  records(): ReadonlyMap<string, ApplicationRecord> {
    return new Map([...this.#records].map(([id, written]) => [id, JSON.parse(written)]));
  }
}
