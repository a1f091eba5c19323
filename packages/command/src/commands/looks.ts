import { buildCommand } from "@stricli/core";
import { Promptcall } from "promptcall";
import { callOrBatch } from "../call-or-batch.ts";
import { CONNECTION_FLAGS, type ConnectionFlags } from "../connection.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { filtersOf, WHERE_FLAG } from "../filters.ts";
import { JSON_FLAG, print, table } from "../output.ts";
import { batchSentence, callSentence } from "../sentences.ts";

export interface LookFlags extends ConnectionFlags {
  readonly json?: boolean;
}

export const LOOK_FLAGS = { ...CONNECTION_FLAGS, ...JSON_FLAG } as const;

const one = (what: string) =>
  ({ kind: "tuple", parameters: [{ parse: String, brief: `Id of the ${what}`, placeholder: "ID" }] }) as const;

export const statusCommand = buildCommand<LookFlags, [string], Context>({
  docs: { brief: "How a call or a batch stands" },
  parameters: { flags: LOOK_FLAGS, positional: one("call or batch") },
  async func({ json = false, ...flags }, id) {
    const { calls, batches } = new Promptcall(await this.connection(flags));
    const options = { signal: this.interrupted };
    const line = await callOrBatch({
      call: async () => {
        const call = await calls.get(id, options);
        return json ? JSON.stringify(call) : callSentence(call, this);
      },
      batch: async () => {
        const batch = await batches.get(id, options);
        return json ? JSON.stringify(batch) : batchSentence(batch);
      },
    });
    print(this, line);
  },
});

export const watchCommand = buildCommand<LookFlags, [string], Context>({
  docs: { brief: "Follow a batch until its last call is over" },
  parameters: { flags: LOOK_FLAGS, positional: one("batch") },
  async func({ json = false, ...flags }, id) {
    const { batches } = new Promptcall(await this.connection(flags));
    for await (const batch of batches.watch(id, { signal: this.interrupted }))
      print(this, json ? JSON.stringify(batch) : batchSentence(batch));
  },
});

export const resultsCommand = buildCommand<LookFlags, [string], Context>({
  docs: { brief: "The calls of a batch, and how each stands" },
  parameters: { flags: LOOK_FLAGS, positional: one("batch") },
  async func({ json = false, ...flags }, id) {
    const { batches } = new Promptcall(await this.connection(flags));
    let isOk = true;
    for await (const call of batches.results(id, { signal: this.interrupted })) {
      const { index = 0, tid, to, state, status = state, reason = "", reference = "" } = call;
      isOk &&= status === "ok";
      print(this, json ? JSON.stringify(call) : [index, tid, to, status, reason, reference].join("\t").trimEnd());
    }
    if (!isOk) this.process.exitCode = EXIT_CODES.not_ok;
  },
});

interface ListFlags extends LookFlags {
  readonly batches?: boolean;
  readonly limit: number;
  readonly where?: readonly string[];
}

export const listCommand = buildCommand<ListFlags, [], Context>({
  docs: {
    brief: "The calls or batches of the application, the newest first",
    fullDescription:
      "Lists the calls of the application, or with --batches its batches. --where takes the filters of the API: " +
      "--where state=completed --where reason=busy,unanswered.",
  },
  parameters: {
    flags: {
      ...LOOK_FLAGS,
      batches: { kind: "boolean", optional: true, withNegated: false, brief: "Batches in place of calls" },
      limit: { kind: "parsed", parse: wholeNumber, default: "25", brief: "How many at the most", placeholder: "N" },
      ...WHERE_FLAG,
    },
  },
  async func({ json = false, batches: isOfBatches = false, limit, where = [], ...flags }) {
    const promptcall = new Promptcall(await this.connection(flags));
    const filters = filtersOf(where);
    const options = { signal: this.interrupted };
    const list: AsyncIterable<object> = isOfBatches
      ? promptcall.batches.list(filters, options)
      : promptcall.calls.list(filters, options);
    const found: object[] = [];
    if (limit > 0)
      for await (const item of list) {
        found.push(item);
        if (found.length === limit) break;
      }
    if (json) for (const item of found) print(this, JSON.stringify(item));
    else
      print(this, isOfBatches ? table(...columnsOf(found, BATCH_COLUMNS)) : table(...columnsOf(found, CALL_COLUMNS)));
  },
});

const CALL_COLUMNS = ["tid", "to", "state", "status", "reason", "reference", "accepted_at"];
const BATCH_COLUMNS = ["batch_id", "state", "count", "accepted_at", "completed_at"];

function columnsOf(items: readonly object[], names: readonly string[]): [readonly string[], string[][]] {
  const cells = items.map((item) =>
    names.map((name) => String(Object.entries(item).find(([own]) => own === name)?.[1] ?? "")),
  );
  return [names, cells];
}

function wholeNumber(written: string): number {
  if (!/^\d{1,6}$/.test(written)) throw new UsageError(`${written} is not a whole number.`);
  return Number(written);
}
