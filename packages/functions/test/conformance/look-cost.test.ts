import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import { statusToken } from "@promptcall/core/security/status-token";
import { expect, it } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import { batchStore } from "../../src/dynamodb/batches.ts";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import { listStore } from "../../src/dynamodb/lists.ts";
import { loopStore } from "../../src/dynamodb/loops.ts";
import { requests } from "../../testing/requests.ts";
import { apiFixture } from "../api/given.ts";
import { after, at, claim, KEYS, report, spec } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const BATCH_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
/** A tenth of the largest batch: what there is to read grows with it. */
const COUNT = 1_000;

/** No reason is a longer word, and so no entry in the list is larger. */
const unreachable = report(4, { type: "leg", status: "failed", detail: "number_out_of_service" });

it("the status of a batch of 10,000 calls takes at most 150 read units", async () => {
  const table = await startTable();
  const { client } = table;
  const calls = callStore(table);
  const batches = batchStore(table);
  const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(120), expiresAt: at(3_600) };
  await batches.add({ id: BATCH_ID, applicationId: "app", owner: "app:app", count: COUNT, ...times });
  const saved = Array.from({ length: COUNT }, async (_, index) => {
    const asked = spec({ tid: callIdOf({ batchId: BATCH_ID, index }), batch: { id: BATCH_ID, index } });
    const call = after(accept(asked), claim(1), unreachable);
    await calls.save({ call, version: 1 });
  });
  await Promise.all(saved);

  /** By what is asked of the table. */
  const units: Record<string, number> = {};
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (given) => {
        Object.assign(given.input, { ReturnConsumedCapacity: "TOTAL" });
        const answer = await next(given);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        units[commandName] = (units[commandName] ?? 0) + (ConsumedCapacity?.CapacityUnits ?? 0);
        return answer;
      },
    { step: "initialize", name: "units" },
  );
  const app = requests(
    apiApp({
      ...apiFixture().fixture,
      calls,
      batches,
      lists: listStore(table),
      loops: loopStore(table),
      deliveries: callbackStore(table),
    }),
  );
  const token = statusToken({ kind: "batch", id: BATCH_ID, key: KEYS.status });
  const status = await (await app.request(`/batch/${BATCH_ID}?token=${token}`)).json();
  expect(status).toMatchObject({ state: "completed", states: { queued: 0, live: 0, completed: COUNT } });
  const { QueryCommand: listed = 0, GetItemCommand: read = 0, ...others } = units;
  expect([others, listed > 0, read > 0]).toEqual([{}, true, true]);
  expect((listed * 10_000) / COUNT + read).toBeLessThanOrEqual(150);
});
