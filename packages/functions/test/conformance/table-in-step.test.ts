import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import type { CallStore } from "../../src/ports/call-store.ts";
import type { CallbackStore } from "../../src/ports/callback-store.ts";
import { FakeTable } from "../../testing/table.ts";
import { after, at, claim, queued, spec } from "../given.ts";
import { startTable } from "./local-cloud.ts";

interface Stores {
  readonly calls: CallStore;
  readonly deliveries: CallbackStore;
}

const key = fc.constantFrom("a", "b");
const step = fc.oneof(
  fc.record({ do: fc.constant("create" as const), key, text: fc.string({ unit: "grapheme" }) }),
  fc.record({ do: fc.constant("save" as const), key, token: fc.string(), version: fc.nat({ max: 4 }) }),
  fc.record({
    do: fc.constant("add" as const),
    key,
    answer: fc.oneof(
      fc.integer(),
      fc.integer().map((thousandths) => thousandths / 1000),
      fc.string(),
    ),
    retryAfterSeconds: fc.option(fc.nat(), { nil: undefined }),
    state: fc.constantFrom("pending", "delivered", "parked"),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const table = await startTable();
const real: Stores = { calls: callStore(table), deliveries: callbackStore(table) };

/** What the step came to, and all that can be read of its call after it. */
async function taken({ calls, deliveries }: Stores, step: Step, tid: string) {
  const came = await act({ calls, deliveries }, step, tid).then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );
  return [came, await calls.spec(tid), await calls.state(tid), await deliveries.read(tid)];
}

async function act({ calls, deliveries }: Stores, step: Step, tid: string): Promise<void> {
  const call = { ...queued(), tid };
  switch (step.do) {
    case "create":
      return calls.add([spec({ tid, text: step.text })]);
    case "save":
      return calls.save({ call: after(call, claim(1, step.token)), version: step.version });
    case "add": {
      const { answer, retryAfterSeconds, state } = step;
      await deliveries.add(tid, { attempt: 1, at: at(1), answer, durationMs: 1, retryAfterSeconds } as never, state);
      return;
    }
    default:
      return step satisfies never;
  }
}

it("the fake table and the real table stay equal, whatever is done to them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const memory = new FakeTable();
      const fake: Stores = { calls: memory.calls(), deliveries: memory.callbacks() };
      const tids = { a: randomUUID(), b: randomUUID() };
      for (const each of steps) {
        const tid = tids[each.key];
        expect(await taken(fake, each, tid)).toStrictEqual(await taken(real, each, tid));
      }
    }),
    { numRuns: 25 },
  );
});
