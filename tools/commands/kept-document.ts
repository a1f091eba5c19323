import { ITEMS } from "@promptcall/functions/dynamodb/items";
import { stageConfig } from "../../stacks/config.ts";

interface Kept {
  readonly what: string;
  readonly item: keyof typeof ITEMS;
  /** When it goes before its item does. */
  readonly until?: string;
  /** When it goes, whatever holds for its item. */
  readonly gone?: string;
}

/** What is known of people and of credentials, and where in the table that is. */
const KEPT: readonly Kept[] = [
  {
    what: "the number, the caller's number, the reference",
    item: "spec",
    until: "or until `DELETE /call/{tid}?forget=true`",
  },
  {
    what: "the texts, and the keyed hash of the PIN",
    item: "spec",
    gone: "until the call is completed, or 4 days after it may be dialed last",
  },
  {
    what: "the address of the callback; its password and its secret, sealed",
    item: "spec",
  },
  {
    what: "how the call stands; the number masked, the reference",
    item: "state",
    until: "the reference is forgotten with the call",
  },
  {
    what: "digits that were captured, sealed",
    item: "state",
    until: "or until the result is delivered or parked, or the call is forgotten",
  },
  {
    what: "the same of a result that is parked",
    item: "parkedDigits",
    until: "or until the result is delivered after all, or the call is forgotten",
  },
  { what: "what a receiver answered, and when", item: "callback" },
  {
    what: "the JWT of a call that waits, sealed",
    item: "waiting",
    until: "or when it is dialed, expired or cancelled",
  },
  {
    what: "the JWT of a single call that may be dialed again, sealed",
    item: "spec",
    gone: "until the call is completed, or 4 days after it may be dialed last",
  },
  {
    what: "the JWT of a batch, sealed",
    item: "batch",
    gone: "until its last call is completed, or 4 days after that may be dialed last",
  },
  { what: "public keys of an application, and what its operator has set", item: "application" },
  {
    what: "an application's private key, sealed under the secret of its API key of the deprecated API, where its operator has registered one; that secret by scrypt",
    item: "oldKey",
  },
  { what: "numbers that an application does not call", item: "application", gone: "until it takes them off its list" },
  { what: "a keyed hash of a JWT, and what the carrier said of it", item: "proof" },
  { what: "keyed hashes of an idempotency key and of its request", item: "idempotency" },
  { what: "a keyed hash of a number, and how often it was called", item: "callsToNumbers" },
];

/** The page with the table of what is kept in it. */
export function keptDocument({ page }: { page: string }): string {
  const { retentionDays } = stageConfig("production").settings;
  const rows = KEPT.map(({ what, item, until, gone }) => {
    const { pk, sk, kept } = ITEMS[item];
    return `| ${what} | \`${pk}\`, \`${sk}\` | ${gone ?? [keptFor(kept, retentionDays), until].filter(Boolean).join("; ")} |\n`;
  });
  const table = ["| what | item in the table | until |\n", "| --- | --- | --- |\n", ...rows].join("");
  return page.replace(/(?<=<!-- kept -->\n).*(?=<!-- end of kept -->)/s, () => table);
}

function keptFor(kept: (typeof ITEMS)[keyof typeof ITEMS]["kept"], retentionDays: number): string {
  if (kept === "retentionDays") return `${retentionDays} days`;
  if ("says" in kept) return kept.says;
  return `${kept.seconds / 3_600} hours`;
}
