import { createHash } from "node:crypto";
import { type DialSlots, decideIdempotency, type IdempotencyRecord } from "@promptcall/core/acceptance/idempotency";
import type { Problem } from "../../http/problem.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IdempotencyRecords } from "../../ports/idempotency.ts";
import type { Random } from "../../ports/random.ts";

export interface IdempotencyPorts {
  readonly idempotency: IdempotencyRecords;
  readonly clock: Clock;
  readonly random: Random;
}

/** A request that is being carried out. Its decisions are recorded, so that a repetition gets the same answer. */
export interface IdempotentRequest {
  readonly id: string;
  readonly acceptedAt: Date;
  readonly slots: DialSlots | undefined;
  /** It was carried out before: only its answer is needed. */
  readonly isDone: boolean;
  recordSlots(slots: DialSlots): Promise<void>;
  finish(): Promise<void>;
  /** It failed or was refused: a repetition need not wait for the lease. */
  release(): Promise<void>;
}

const LONGEST_KEY = 255;

/** Begins a request, or continues the one that was begun with the same key. */
export async function beginRequest(
  { key, applicationId, content }: { key: string | undefined; applicationId: string; content: string },
  ports: IdempotencyPorts,
): Promise<IdempotentRequest | { problem: Problem }> {
  const now = ports.clock.now();
  const id = ports.random.uuid();
  if (key === undefined) return { id, acceptedAt: now, slots: undefined, isDone: false, ...WITHOUT_KEY };
  if (key === "" || key.length > LONGEST_KEY) return { problem: INVALID_KEY };
  const name = { applicationId, key };
  const known = await ports.idempotency.read(name);
  const hash = createHash("sha256").update(content).digest("base64url");
  const decision = decideIdempotency(known?.record, { hash, id, now });
  switch (decision.kind) {
    case "done":
      return idempotentRequest({ record: decision.record, write: async () => {} });
    case "in_progress":
      return { problem: inProgress(decision.retryAfterSeconds) };
    case "other_content":
      return { problem: OTHER_CONTENT };
    case "claimed": {
      let revision = known?.revision ?? 0;
      const write = async (record: IdempotencyRecord) =>
        await ports.idempotency.write(name, { record, revision: revision++ });
      if (!(await write(decision.record))) return { problem: inProgress(1) };
      return idempotentRequest({ record: decision.record, write });
    }
    default:
      return decision satisfies never;
  }
}

const WITHOUT_KEY = { recordSlots: async () => {}, finish: async () => {}, release: async () => {} };

function idempotentRequest(given: {
  record: IdempotencyRecord;
  write: (record: IdempotencyRecord) => Promise<unknown>;
}): IdempotentRequest {
  const { write } = given;
  let { record } = given;
  const note = async (change: Partial<IdempotencyRecord>) => {
    record = { ...record, ...change };
    await write(record);
  };
  return {
    id: record.id,
    acceptedAt: new Date(record.acceptedAt),
    slots: record.placed,
    isDone: record.isDone,
    recordSlots: (slots) => note({ placed: slots }),
    finish: () => note({ isDone: true }),
    release: () => note({ leaseUntilMs: 0 }),
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
