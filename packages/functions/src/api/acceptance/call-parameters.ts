import { CallRequestSchema, RequestOptionsSchema } from "@promptcall/core/contracts/request";
import { BatchOptionsSchema } from "./batch-options.ts";
import type { Fields, Parameters } from "./parameters.ts";

const CALL = Object.keys(CallRequestSchema.shape);
const OPTIONS = Object.keys(RequestOptionsSchema.shape);
const OF_BATCH = Object.keys(BatchOptionsSchema.shape);
const CREDENTIAL = ["app_id", "private_key"];

/** An address is in the log of every machine on its way. */
const ONLY_IN_BODY = ["pin_code", "callback_secret", ...CREDENTIAL];

const all = (names: readonly string[], said: { wrong: string; expected: string }) =>
  names.map((name) => [name, said] as const);

const OF_ALL = {
  wrong: "is given for one call",
  expected: "the same for the whole batch, beside `calls` or in `defaults`",
};

/** Of one call that is sent by itself. */
export const ONE_CALL: Parameters = {
  names: new Set([...CALL, ...OPTIONS, ...CREDENTIAL]),
  elsewhere: new Map(
    all([...OF_BATCH, "defaults"], { wrong: "is for a batch", expected: "a list of `calls` beside it" }),
  ),
};

/** Of one call in a batch: an object, a line, or the columns of a table. */
export const CALL_PARAMETERS: Parameters = {
  names: new Set(CALL),
  elsewhere: new Map(all([...OPTIONS, ...OF_BATCH, ...CREDENTIAL], OF_ALL)),
};

/** Of a batch as a whole. */
export const BATCH: Parameters = {
  names: new Set([...OF_BATCH, ...OPTIONS, ...CREDENTIAL, "defaults"]),
  elsewhere: new Map(all(CALL, { wrong: "is given beside the calls", expected: "it in `defaults` or in each call" })),
};

/** What holds for each call of a batch that does not say otherwise. */
export const DEFAULTS: Parameters = {
  names: new Set([...CALL, ...OPTIONS]),
  elsewhere: new Map(
    all([...OF_BATCH, ...CREDENTIAL], { wrong: "is given in `defaults`", expected: "it beside `calls`" }),
  ),
};

/** Parameters in the query of a request, those that must not stand there apart. */
export function inQuery(query: Fields) {
  const misplaced = ONLY_IN_BODY.filter((name) => Object.hasOwn(query, name));
  const entries = Object.entries(query);
  const isOfCall = ([name]: [string, unknown]) => CALL_PARAMETERS.names.has(name);
  return {
    errors: misplaced.map((field) => ({ field, wrong: "is given in the address", expected: "it in the body" })),
    ofCalls: Object.fromEntries(entries.filter(isOfCall)) as Fields,
    ofBatch: Object.fromEntries(entries.filter((entry) => !isOfCall(entry))) as Fields,
  };
}
