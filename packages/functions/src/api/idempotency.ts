import { createHash } from "node:crypto";
import { type Attempt, claimKey, type Placed } from "@promptcall/core/idempotency";
import type { Attempts } from "../ports/attempts.ts";
import type { Chance } from "../ports/chance.ts";
import type { Clock } from "../ports/clock.ts";
import type { Problem } from "../problem.ts";

export interface IdempotencyPorts {
  readonly attempts: Attempts;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** A request being carried out. What it has decided is remembered, so that a repetition comes to the same. */
export interface Undertaking {
  readonly id: string;
  readonly acceptedAt: Date;
  readonly placed: Placed | undefined;
  /** It was carried out before: only its answer is wanted again. */
  readonly isDone: boolean;
  place(placed: Placed): Promise<void>;
  finish(): Promise<void>;
  /** It came to nothing, or not to its end: whoever repeats it need not wait. */
  letGo(): Promise<void>;
}

const LONGEST_KEY = 255;

/** Begins a request, or goes on with the one that was begun under its key. */
export async function undertake(
  { key, applicationId, content }: { key: string | undefined; applicationId: string; content: string },
  ports: IdempotencyPorts,
): Promise<Undertaking | { problem: Problem }> {
  const now = ports.clock.now();
  const id = ports.chance.id();
  if (key === undefined) return { id, acceptedAt: now, placed: undefined, isDone: false, ...FORGOTTEN };
  if (key === "" || key.length > LONGEST_KEY) return { problem: INVALID_KEY };
  const name = { applicationId, key };
  const known = await ports.attempts.read(name);
  const hash = createHash("sha256").update(content).digest("base64url");
  const claim = claimKey(known?.attempt, { hash, id, now });
  switch (claim.kind) {
    case "done":
      return undertaking({ attempt: claim.attempt, write: async () => {} });
    case "in_progress":
      return { problem: inProgress(claim.retryAfterSeconds) };
    case "other_content":
      return { problem: OTHER_CONTENT };
    case "claimed": {
      let revision = known?.revision ?? 0;
      const write = async (attempt: Attempt) => await ports.attempts.write(name, { attempt, revision: revision++ });
      if (!(await write(claim.attempt))) return { problem: inProgress(1) };
      return undertaking({ attempt: claim.attempt, write });
    }
    default:
      return claim satisfies never;
  }
}

const FORGOTTEN = { place: async () => {}, finish: async () => {}, letGo: async () => {} };

function undertaking(given: { attempt: Attempt; write: (attempt: Attempt) => Promise<unknown> }): Undertaking {
  const { write } = given;
  let { attempt } = given;
  const note = async (news: Partial<Attempt>) => {
    attempt = { ...attempt, ...news };
    await write(attempt);
  };
  return {
    id: attempt.id,
    acceptedAt: new Date(attempt.acceptedAt),
    placed: attempt.placed,
    isDone: attempt.isDone,
    place: (placed) => note({ placed }),
    finish: () => note({ isDone: true }),
    letGo: () => note({ leaseUntilMs: 0 }),
  };
}

const INVALID_KEY: Problem = {
  status: 400,
  code: "invalid_idempotency_key",
  detail: `Send an Idempotency-Key of 1 to ${LONGEST_KEY} characters.`,
};

const OTHER_CONTENT: Problem = {
  status: 422,
  code: "idempotency_key_reused",
  detail: "This Idempotency-Key came with another request within the last 24 hours. Use a new one for a new request.",
};

function inProgress(retryAfterSeconds: number): Problem {
  return {
    status: 409,
    code: "in_progress",
    detail: "The request with this Idempotency-Key is being carried out. Send it again in a moment.",
    headers: { "retry-after": String(retryAfterSeconds) },
  };
}
