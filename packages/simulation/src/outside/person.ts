import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { Random } from "../world/random.ts";

/** What the person at a number does when called. */
export interface Person {
  readonly kind: "answers" | "mailbox" | "malformed" | keyof typeof ENDINGS;
  /**
   * For each attempt, whether what is asked for is keyed; undefined is silence. With fewer than three, the person then
   * hangs up.
   */
  readonly attempts: readonly (boolean | undefined)[];
}

/** How a leg without a conversation ends, in the carrier's words. */
export const ENDINGS = {
  busy: { status: "busy" },
  ignores: { status: "unanswered", detail: "timeout" },
  "rings out": { status: "timeout" },
  declines: { status: "rejected", detail: "declined" },
  "does not exist": { status: "rejected", detail: "invalid_number" },
  "is blocked": { status: "rejected", detail: "restricted" },
  "is out of service": { status: "failed", detail: "number_out_of_service" },
  "cannot be reached": { status: "failed", detail: "cannot_route" },
  "is unavailable": { status: "failed", detail: "unavailable" },
} as const satisfies Record<string, { status: LegStatus; detail?: string }>;

const KINDS: readonly { readonly weight: number; readonly kind: Person["kind"] }[] = [
  { weight: 24, kind: "answers" },
  { weight: 2, kind: "mailbox" },
  { weight: 1, kind: "malformed" },
  ...(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]).map((kind) => ({ weight: 1, kind })),
];

export function anyPerson(random: Random): Person {
  const kind = random.pick(KINDS.flatMap((entry) => new Array<Person["kind"]>(entry.weight).fill(entry.kind)));
  // Without detection, a machine is silent for three attempts.
  if (kind === "mailbox") return { kind, attempts: [undefined, undefined, undefined] };
  if (kind !== "answers") return { kind, attempts: [] };
  const attempts: (boolean | undefined)[] = [];
  const attemptsMade = random.pick([0, 1, 2, 3, 3, 3, 3, 3]);
  while (attempts.length < attemptsMade && attempts.at(-1) !== true)
    attempts.push(random.pick([true, true, true, false, false, undefined]));
  return { kind, attempts };
}

/** The expected reason of the result without faults. */
export function reasonOf({ kind }: Person): string {
  switch (kind) {
    case "answers":
      return "hung_up";
    case "mailbox":
      return "machine";
    case "malformed":
      return "invalid_number";
    case "ignores":
      return "unanswered";
    default: {
      const ending: { status: LegStatus; detail?: string } = ENDINGS[kind];
      return ending.detail ?? ending.status;
    }
  }
}
