import type { OldKeyRecord } from "@promptcall/core/contracts/records/old-key";

/** The API keys of the deprecated API that an operator has registered. */
export interface OldKeys {
  read(apiKey: string): Promise<OldKeyRecord | undefined>;
  /** Without a record it is registered no more. */
  write(apiKey: string, record: OldKeyRecord | undefined): Promise<void>;
}
