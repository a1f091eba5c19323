import { createHmac, randomBytes } from "node:crypto";
import { oldKeyName, openedUnder } from "@promptcall/core/security/under-secret";
import { TooManyTriesError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { OldAccount, OldAccounts } from "../ports/old-accounts.ts";
import type { OldKeys } from "../ports/old-keys.ts";
import type { Questions } from "../ports/proofs.ts";
import { remembered } from "../runtime/remembered.ts";

interface OldAccountsOptions {
  readonly oldKeys: Pick<OldKeys, "read">;
  readonly questions: Questions;
  readonly clock: Clock;
}

/** So many secrets of one API key are tried in a second: each takes a fifth of one. */
const TRIED_PER_SECOND = 3;
/** A process tries a secret once in so long: what is withdrawn is good for as much longer. */
const REMEMBERED_MS = 60_000;

/** By the secret of an API key the private key is opened that the operator has sealed under it. */
export function oldAccounts(options: OldAccountsOptions): OldAccounts {
  // Of this process alone, so that what is remembered names neither key nor secret.
  const own = randomBytes(32);
  const asking = new Map<string, Asked>();
  const accountOf = remembered(
    async (hash) => {
      const asked = asking.get(hash);
      return asked && (await opened(asked, options));
    },
    { forMs: REMEMBERED_MS, clock: options.clock },
  );
  return {
    async open(asked) {
      const hash = createHmac("sha256", own)
        .update(JSON.stringify([asked.apiKey, asked.secret]))
        .digest("base64url");
      asking.set(hash, asked);
      const account = accountOf(hash);
      // It is read at once, or was before.
      asking.delete(hash);
      try {
        return await account;
      } catch (error) {
        if (error instanceof TooManyTriesError) return "too_many_tries";
        throw error;
      }
    },
  };
}

interface Asked {
  readonly apiKey: string;
  readonly secret: string;
}

async function opened({ apiKey, secret }: Asked, options: OldAccountsOptions): Promise<OldAccount | undefined> {
  const { oldKeys, questions, clock } = options;
  const record = await oldKeys.read(apiKey);
  // Nothing is written for a key that there is not.
  if (record === undefined) return undefined;
  const atMs = clock.now().getTime();
  if (!(await questions.count({ scope: `api_key:${apiKey}`, atMs, most: TRIED_PER_SECOND })))
    throw new TooManyTriesError();
  const { applicationId, sealedKey: sealed, ...kept } = record;
  const privateKey = await openedUnder({ ...kept, sealed, secret, name: oldKeyName({ apiKey, applicationId }) });
  return privateKey === undefined ? undefined : { applicationId, privateKey };
}
