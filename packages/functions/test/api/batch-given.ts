import { callIdOf } from "@promptcall/core/call/batch";
import { expect } from "vitest";
import { idOf } from "../../testing/random.ts";
import { at } from "../given.ts";
import { answerOf, type apiFixture, BEARER, json, PARAMETERS } from "./given.ts";

/** The id of the first batch, and of its calls. */
export const BATCH_ID = idOf(1);
export const tidAt = (place: number) => callIdOf({ batchId: BATCH_ID, index: place });

export const numberAt = (index: number) => `+4477009${String(index).padStart(5, "0")}`;
const { to: _, ...defaults } = PARAMETERS;

/** What is the same for all calls of a batch. */
export const DEFAULTS = defaults;

/** So many rows, each to a number of its own. */
export const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ to: numberAt(index) }));

export const post = async ({ app }: Pick<ReturnType<typeof apiFixture>, "app">, request: RequestInit, query = "") =>
  await answerOf(await app.request(`/call${query}`, request));

export const text = (body: string, type: string, headers: Record<string, string> = BEARER): RequestInit => ({
  method: "POST",
  headers: { ...headers, "content-type": type },
  body,
});

export const batch = (calls: readonly unknown[], top: object = {}, headers?: Record<string, string>) =>
  json({ defaults: DEFAULTS, ...top, calls }, headers);

/** The answer to a batch of which these calls were accepted, and these rows rejected. */
export const accepted = (
  calls: readonly { index: number; to: string; repeated_to?: true; reference?: string }[],
  { rejected = [], first = at(0), last = at(0) }: { rejected?: readonly object[]; first?: string; last?: string } = {},
) => ({
  status: 202,
  type: "application/json",
  body: {
    batch_id: BATCH_ID,
    accepted: calls.map((call, place) => ({ tid: tidAt(place), ...call })),
    count: calls.length,
    rejected,
    rejected_count: rejected.length,
    first_dial_at: first,
    last_dial_at: last,
    status_url: expect.stringMatching(`^https://function.example/batch/${BATCH_ID}\\?token=[\\w-]{43}$`),
  },
});

export const refused = (status: number, title: string, code: string, more: object) => ({
  status,
  type: "application/problem+json",
  body: { type: `urn:promptcall:problem:${code}`, title, status, ...more },
});
