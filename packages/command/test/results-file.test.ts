import type { CallInBatch, Promptcall } from "promptcall";
import { expect, it } from "vitest";
import { resultsAsCsv } from "../src/results-file.ts";

const call = (index: number, reason?: NonNullable<CallInBatch["reason"]>): CallInBatch => ({
  tid: `tid-${index}`,
  to: `44770090000${index}`,
  index,
  state: "completed",
  status: reason === undefined ? "ok" : "error",
  ...(reason !== undefined && { reason }),
  attempts: [],
  dials: [],
  accepted_at: "2026-11-30T12:00:00.000Z",
});

it("has the result of each row on its line, though the service lists those of high priority first", async () => {
  const listed: readonly CallInBatch[] = [{ ...call(3, "busy"), not_redialed: "expired" }, call(0), call(2, "failed")];
  const batches = {
    async *results() {
      yield* listed;
    },
  } as unknown as Promptcall["batches"];
  const { csv, statuses } = await resultsAsCsv({
    batches,
    created: {
      accepted: 3,
      rejected: [{ index: 1, code: "invalid_request", errors: [] }],
      batches: [{ batch_id: "batch", rows: "0,2-3" }],
    },
    lines: [2, 3, 4, 6].map((line) => ({ line, row: {} })),
    signal: new AbortController().signal,
  });
  expect(csv.split("\r\n")).toEqual([
    "line,status,reason,reference,tid,not_redialed",
    "2,ok,,,tid-0,",
    "3,rejected,invalid_request,,,",
    "4,error,failed,,tid-2,",
    "6,error,busy,,tid-3,expired",
    "",
  ]);
  expect(statuses).toEqual({ ok: 1, error: 2, rejected: 1 });
});
