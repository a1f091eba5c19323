import { forgottenAtMs } from "@promptcall/core/call/erasure";
import { LONGEST_HOLD_MS } from "@promptcall/core/callbacks/bulkhead";
import { LONGEST_IN_QUEUE_SECONDS } from "@promptcall/core/contracts/hop";
import type { Clock } from "../ports/clock.ts";

interface Item {
  /** With the names of what is particular. */
  readonly pk: string;
  readonly sk: string;
  /** How long after it was last written; or in words, where it is not that which counts. */
  readonly kept: "retentionDays" | { readonly seconds: number } | { readonly says: string };
}

/** What nobody may ever end, and is kept for long only once it is over. */
const UNFINISHED = "4 days after it may be dialed last";

/** Every kind of item in the table. The catalogue in `docs/versions.md` is made from it: `npm run events`. */
export const ITEMS = {
  spec: {
    pk: "call#<tid>",
    sk: "spec",
    kept: "retentionDays",
  },
  state: {
    pk: "call#<tid>",
    sk: "state",
    kept: "retentionDays",
  },
  parkedDigits: {
    pk: "call#<tid>",
    sk: "digits",
    kept: { seconds: LONGEST_IN_QUEUE_SECONDS },
  },
  callback: {
    pk: "<subject>#<id>",
    sk: "callback",
    kept: "retentionDays",
  },
  batch: {
    pk: "batch#<id>",
    sk: "batch",
    kept: "retentionDays",
  },
  waiting: {
    pk: "wait#<owner>",
    sk: "<notBefore>#<tid>",
    kept: { says: UNFINISHED },
  },
  waitingAtPriority: {
    // Such a key comes after all that begin with a time.
    pk: "wait#<owner>",
    sk: "<priority>#<notBefore>#<tid>",
    kept: { says: UNFINISHED },
  },
  loop: {
    pk: "loop#<owner>",
    sk: "loop",
    // An agreed pace must outlive a quiet month.
    kept: { seconds: 366 * 24 * 3_600 },
  },
  application: {
    pk: "application#<applicationId>",
    sk: "application",
    kept: { says: "always" },
  },
  proof: {
    // Of the credential, keyed: who reads the table learns nothing of it.
    pk: "proof#<hash>",
    sk: "proof",
    kept: { says: "a no for a minute, a yes until the credential ends" },
  },
  oldKey: {
    pk: "old-key#<apiKey>",
    sk: "old-key",
    kept: { says: "until the operator withdraws it" },
  },
  questions: {
    pk: "questions#<scope>",
    sk: "<second>",
    kept: { seconds: 60 },
  },
  idempotency: {
    // Idempotency records by application and the hash of the customer's key, which may have any form.
    pk: "idem#<applicationId>#<keyHash>",
    sk: "attempt",
    kept: { says: "until the key is free again, a day after its first request" },
  },
  checkpoint: {
    pk: "hop#<key>",
    sk: "hop",
    kept: "retentionDays",
  },
  carrierRate: {
    pk: "carrier#<owner>",
    sk: "room",
    kept: { seconds: 3_600 },
  },
  bulkhead: {
    pk: "receiver#<receiver>",
    sk: "places",
    kept: { seconds: LONGEST_HOLD_MS / 1_000 },
  },
  streak: {
    pk: "receiver#<receiver>",
    sk: "streak",
    kept: "retentionDays",
  },
  callsToNumbers: {
    pk: "calls-to#<bucket>",
    sk: "<hour>",
    kept: { seconds: 2 * 3_600 },
  },
  callsOfDay: {
    pk: "application#<applicationId>",
    sk: "calls#<day>",
    kept: { seconds: 2 * 24 * 3_600 },
  },
  breaker: {
    pk: "application#<applicationId>",
    sk: "breaker#<destination>",
    kept: { seconds: 24 * 3_600 },
  },
} as const satisfies Record<string, Item>;

type Kind = keyof typeof ITEMS;

/** The functions, and what an operator runs. */
type Writer = "api" | "dialer" | "reducer" | "timers" | "dead letters" | "dispatcher" | "`npm run application`";

/** What the catalogue says of each besides. Apart, for no function has to load it. */
export const DESCRIPTIONS: Readonly<Record<Kind, { readonly holds: string; readonly writtenBy: readonly Writer[] }>> = {
  spec: {
    holds: "what was asked for: written once, and kept for 4 days after it may be dialed last until its call is over",
    writtenBy: ["api"],
  },
  state: {
    holds: "how the call stands: replaced under its version; absent until something has happened",
    writtenBy: ["api", "dialer", "reducer", "timers", "dead letters"],
  },
  parkedDigits: {
    holds: "digits that were captured, sealed, of a result that is parked: kept for as long as its dead letter",
    writtenBy: ["dispatcher", "api"],
  },
  callback: {
    holds: "the attempts to deliver a result, or the counts of a batch: appended to",
    writtenBy: ["dispatcher"],
  },
  batch: {
    holds: "what is known of a batch but for its calls, and why it was over; kept like a spec until it is over",
    writtenBy: ["api", "dialer", "timers", "dead letters"],
  },
  waiting: {
    holds: "a single call that waits to be dialed: deleted when it is over",
    writtenBy: ["api", "dialer", "timers", "dead letters"],
  },
  waitingAtPriority: {
    holds: "the same of a call whose priority is not normal",
    writtenBy: ["api", "dialer", "timers", "dead letters"],
  },
  loop: {
    holds: "all that an owner's loop decides by: replaced under its version, arrivals counted up",
    writtenBy: ["api", "dialer", "timers", "dead letters", "`npm run application`"],
  },
  application: {
    holds: "what is known of an application: its account, its public keys; replaced under its revision",
    writtenBy: ["api", "`npm run application`"],
  },
  proof: { holds: "what the carrier has said of a credential, or that somebody asks", writtenBy: ["api"] },
  oldKey: {
    holds: "whose an API key of the deprecated API is, its secret by scrypt, and a private key sealed under the secret",
    writtenBy: ["`npm run application`"],
  },
  questions: {
    holds: "how often the carrier was asked about credentials, or an API key's secret was tried, in a second",
    writtenBy: ["api"],
  },
  idempotency: { holds: "how far a request with an idempotency key has come", writtenBy: ["api"] },
  checkpoint: {
    holds: "how far a piece of work was sent on, so that copies of its message do not multiply",
    writtenBy: ["dialer", "timers", "dead letters", "dispatcher"],
  },
  carrierRate: { holds: "from when on the carrier may be asked about a call again", writtenBy: ["api", "timers"] },
  bulkhead: { holds: "who waits for a slow receiver, or until a call is over", writtenBy: ["api", "dispatcher"] },
  streak: {
    holds: "how many deliveries to a receiver have failed in a row, and whether that was published",
    writtenBy: ["dispatcher"],
  },
  callsToNumbers: {
    holds: "how many calls were accepted in that hour, by keyed hash of the number; some numbers in each",
    writtenBy: ["api"],
  },
  callsOfDay: {
    holds: "how many calls an application had accepted on that day, where it has a limit",
    writtenBy: ["api"],
  },
  breaker: {
    holds:
      "how many calls of an application to a destination were completed in the hour, and until when they are suspended",
    writtenBy: ["api", "reducer", "timers", "dead letters"],
  },
};

type NamesIn<Pattern> = Pattern extends `${string}<${infer Name}>${infer Rest}` ? Name | NamesIn<Rest> : never;
type Names<K extends Kind, Part extends "pk" | "sk"> = Readonly<Record<NamesIn<(typeof ITEMS)[K][Part]>, string>>;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export function keyOf<K extends Kind>(kind: K, names: Names<K, "pk" | "sk">): Key {
  const { pk, sk } = ITEMS[kind];
  return { pk: filled(pk, names), sk: filled(sk, names) };
}

/** What is alike in the keys of items that are read together. */
export function pkOf<K extends Kind>(kind: K, names: Names<K, "pk">): string {
  return filled(ITEMS[kind].pk, names);
}

function filled(pattern: string, names: Readonly<Record<string, string>>): string {
  return pattern.replace(/<(\w+)>/g, (_, name: string) => names[name] ?? "");
}

/** The table's `expires_at` of an item that is written now; epoch seconds. */
export function expiryOf(
  kind: Exclude<Kind, "application" | "idempotency" | "oldKey" | "proof" | "waiting" | "waitingAtPriority">,
  { retentionDays, clock }: { readonly retentionDays: number; readonly clock: Clock },
): number {
  const { kept } = ITEMS[kind];
  const seconds = kept === "retentionDays" ? retentionDays * 24 * 3_600 : kept.seconds;
  return Math.ceil(clock.now().getTime() / 1_000) + seconds;
}

/** The same of what is to be dialed by then. Who ends it sets that anew. */
export function expiryUnfinished({ lastDialMs }: { lastDialMs: number }): number {
  return Math.ceil(forgottenAtMs({ lastDialMs }) / 1_000);
}
