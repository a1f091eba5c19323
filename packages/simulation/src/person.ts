import type { LineStatus } from "@promptcall/core/line-status";
import type { Random } from "./random.ts";

/** What one person will do when called. */
export interface Person {
  readonly kind: "answers" | "busy" | "ignores" | "rejects" | "mailbox" | "invalid";
  /** For each attempt, whether the right PIN is keyed; undefined is silence. Shorter than three: then hangs up. */
  readonly attempts: readonly (boolean | undefined)[];
}

const KINDS: readonly { readonly weight: number; readonly kind: Person["kind"] }[] = [
  { weight: 12, kind: "answers" },
  { weight: 1, kind: "busy" },
  { weight: 1, kind: "ignores" },
  { weight: 1, kind: "rejects" },
  { weight: 1, kind: "mailbox" },
  { weight: 1, kind: "invalid" },
];

export function anyPerson(random: Random): Person {
  const kind = random.pick(KINDS.flatMap((entry) => new Array<Person["kind"]>(entry.weight).fill(entry.kind)));
  if (kind !== "answers") return { kind, attempts: [] };
  const attempts: (boolean | undefined)[] = [];
  const patience = random.pick([0, 1, 2, 3, 3, 3, 3, 3]);
  while (attempts.length < patience && attempts.at(-1) !== true)
    attempts.push(random.pick([true, true, true, false, false, undefined]));
  return { kind, attempts };
}

/** The carrier's words for a line on which nobody spoke; after `rejected` no `completed` follows. */
export function endingsOf(kind: Exclude<Person["kind"], "answers" | "invalid">): readonly LineStatus[] {
  switch (kind) {
    case "busy":
      return ["busy", "completed"];
    case "ignores":
      return ["unanswered", "completed"];
    case "rejects":
      return ["rejected"];
    case "mailbox":
      return ["answered", "machine", "completed"];
    default:
      return kind satisfies never;
  }
}
