import type { ProofRecord } from "../contracts/records/proof.ts";

/** Longer than a question takes, its wait for the carrier's rate included: who has not answered by then is dead. */
const ASKING_MS = 6_000;

/** A no: long enough to spare the carrier, short enough for a key that is registered there a moment later. */
const NO_MS = 60_000;

/** How many questions the carrier is asked in a second: about one owner's applications, and about all of them. */
export const QUESTIONS_PER_SECOND = { owner: 5, all: 50 } as const;

export type Standing = ProofRecord["answer"] | "open";

/** What is known of the credential now. */
export function standingOf(record: ProofRecord | undefined, nowMs: number): Standing {
  return record === undefined || record.untilMs <= nowMs ? "open" : record.answer;
}

export function asking(nowMs: number): ProofRecord {
  return { answer: "asking", untilMs: nowMs + ASKING_MS };
}

/** A yes holds until the credential ends. */
export function answered(
  answer: "yes" | "no",
  { nowMs, credentialUntilMs }: { nowMs: number; credentialUntilMs: number },
): ProofRecord {
  return { answer, untilMs: answer === "yes" ? credentialUntilMs : nowMs + NO_MS };
}
