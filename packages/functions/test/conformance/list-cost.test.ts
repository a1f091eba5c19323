import { accept } from "@promptcall/core/call/evolve";
import { expect, it } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import { applicationListStore } from "../../src/dynamodb/application-lists.ts";
import { batchStore } from "../../src/dynamodb/batches.ts";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import { idOf } from "../../testing/random.ts";
import { requests } from "../../testing/requests.ts";
import { apiFixture, BEARER } from "../api/given.ts";
import { after, at, claim, report, spec } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const COUNT = 450;

it.each([
  ["the usual page", "", 70],
  ["the largest page", "?limit=100", 260],
  ["a page of which nothing is wanted", "?callback_state=parked&status=ok", 510],
])(
  "%s of an application's calls takes so many read units at the most, however many there are",
  async (_, query, most) => {
    const table = await startTable();
    const calls = callStore(table);
    const specs = Array.from({ length: COUNT }, (_, index) => spec({ tid: idOf(index), acceptedAt: at(index) }));
    await calls.add(specs);
    const busy = report(COUNT + 1, { type: "leg", status: "failed", detail: "number_out_of_service" });
    await Promise.all(specs.map((one) => calls.save({ call: after(accept(one), claim(COUNT), busy), version: 1 })));
    let units = 0;
    table.client.middlewareStack.add(
      (next) => async (given) => {
        Object.assign(given.input, { ReturnConsumedCapacity: "TOTAL" });
        const answer = await next(given);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: unknown };
        for (const one of [ConsumedCapacity].flat() as ({ CapacityUnits?: number } | undefined)[])
          units += one?.CapacityUnits ?? 0;
        return answer;
      },
      { step: "initialize", name: "units" },
    );
    const app = requests(
      apiApp({
        ...apiFixture().fixture,
        calls,
        batches: batchStore(table),
        deliveries: callbackStore(table),
        applicationLists: applicationListStore(table),
      }),
    );
    const answer = await app.request(`/calls${query}`, { headers: BEARER });
    expect(await answer.json()).toMatchObject({ next_cursor: expect.any(String) });
    expect(units).toBeGreaterThan(0);
    expect(units).toBeLessThanOrEqual(most);
  },
);
