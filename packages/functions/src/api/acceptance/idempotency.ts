import { createHash } from "node:crypto";
import {
  type DialSlots,
  decideIdempotency,
  type IdempotencyRecord,
  KEPT_MS,
} from "@promptcall/core/acceptance/idempotency";
import { type Keys, keyId, keysFor } from "@promptcall/core/security/keys";
import { type RequestIdentity, requestHash } from "@promptcall/core/security/request-hash";
import type { Problem } from "../../http/problem.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IdempotencyRecords } from "../../ports/idempotency.ts";
import type { Random } from "../../ports/random.ts";
import type { Calls } from "./read-call.ts";

export interface IdempotencyPorts {
  readonly idempotency: IdempotencyRecords;
  /** What a request is compared by is made with the first of them, since there is a PIN in it. */
  readonly pinKeys: Keys;
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

/** What a request is, and the key that it comes with. */
interface Asked {
  readonly key: string | undefined;
  readonly applicationId: string;
  readonly identity: RequestIdentity;
  /** What is asked for. */
  readonly calls: Pick<Calls, "kind" | "isRepeated">;
}

/**
 * Begins a request, or continues the one that was begun with the same key. A batch without a key has one from its content:
 * ten thousand people are not called again because an answer was lost.
 */
export async function beginRequest(
  { key: chosen, applicationId, identity, calls }: Asked,
  ports: IdempotencyPorts,
): Promise<IdempotentRequest | { problem: Problem }> {
  const now = ports.clock.now();
  const id = ports.random.uuid();
  const [hashKey] = ports.pinKeys;
  const hash = requestHash({ key: hashKey, request: identity });
  const keys = keysOf({ chosen, calls, identity }, ports);
  const [first] = keys;
  if (first === undefined) return { id, acceptedAt: now, slots: undefined, isDone: false, ...WITHOUT_KEY };
  const names = keys.map((key) => ({ applicationId, key }));
  const records = await Promise.all(names.map(ports.idempotency.read));
  const at = Math.max(
    0,
    records.findIndex((record) => record !== undefined),
  );
  const [name, known] = [names[at] ?? { applicationId, key: first }, records[at]];
  const decision = decideIdempotency(known?.record, {
    hash,
    hashKeyId: keyId(hashKey),
    id,
    now,
    isSame: known === undefined || isSame({ record: known.record, identity, keys: ports.pinKeys }),
    keptMs: chosen === undefined ? KEPT_MS.ofContent : KEPT_MS.chosen,
  });
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

/** By what a request is known; one of content by each of our keys, for these rotate while batches are repeated. */
function keysOf(
  { chosen, calls, identity }: { chosen: string | undefined } & Pick<Asked, "calls" | "identity">,
  { pinKeys }: IdempotencyPorts,
): readonly string[] {
  if (chosen !== undefined) return [chosen];
  if (calls.kind === "call" || calls.isRepeated) return [];
  return pinKeys.map((key) => `${CONTENT}${requestHash({ key, request: identity })}`);
}

/** No header has a line break, so no customer names such a key. */
const CONTENT = "content\n";

function isSame(given: { record: IdempotencyRecord; identity: RequestIdentity; keys: Keys }): boolean {
  const { record, identity, keys } = given;
  if (record.hashKeyId === undefined)
    return record.hash === createHash("sha256").update(new TextDecoder().decode(identity.body)).digest("base64url");
  const candidates = keysFor({ keys, id: record.hashKeyId });
  return candidates.some((key) => requestHash({ key, request: identity }) === record.hash);
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
