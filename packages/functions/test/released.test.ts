import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { callIdsOf } from "@promptcall/core/call/batch";
import { DeadlinesMessageSchema, DialMessageSchema, TimerMessageSchema } from "@promptcall/core/contracts/messages";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import { DeliveredReportSchema } from "@promptcall/core/contracts/report-events";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { delivered, releasedExamples } from "../../core/test/contracts/released.ts";
import { dialer } from "../src/dialer/dial.ts";
import { DeliverySchema, dispatcher } from "../src/dispatcher/deliver.ts";
import { replay } from "../src/dispatcher/replay.ts";
import { callStore } from "../src/dynamodb/call-store.ts";
import { callbackStore } from "../src/dynamodb/callback-store.ts";
import { documents } from "../src/dynamodb/table.ts";
import { reducer } from "../src/reducer/reduce.ts";
import { consumer, foldingConsumer } from "../src/sqs/consumer.ts";
import { timers } from "../src/timers/fire.ts";
import { fakeDeadLetters } from "../testing/dead-letters.ts";
import { fakeLog } from "../testing/log.ts";
import { type Fixture, fixtureWith } from "./fixture.ts";
import { at, KEYS, SETTINGS, TID } from "./given.ts";
import { batch } from "./sqs.ts";

const consumers = {
  reducer: (fixture: Fixture) => {
    let count = 0;
    // Each by itself, although they are about one call.
    const of = () => String(++count);
    return foldingConsumer({ ...fixture, schema: DeliveredReportSchema, of, fold: reducer(fixture) });
  },
  dialer: (fixture: Fixture) => consumer({ ...fixture, schema: DialMessageSchema, handle: dialer(fixture) }),
  timers: (fixture: Fixture) => consumer({ ...fixture, schema: TimerMessageSchema, handle: timers(fixture) }),
  dispatcher: (fixture: Fixture) => {
    const handle = dispatcher({ ...fixture, keys: [KEYS.callback], settings: SETTINGS.callback });
    return consumer({ ...fixture, schema: DeliverySchema, handle });
  },
};

/** What becomes of a batch a minute after the call was accepted, with the call on record in that state. */
async function handled({
  state,
  by,
  bodies,
}: {
  state: string;
  by: keyof typeof consumers;
  bodies: readonly unknown[];
}) {
  const { call } = StateRecordSchema.parse(releasedExamples("record.state").at(-1)?.examples[state]);
  const fixture = await fixtureWith(call, { now: at(60) });
  const answer = await consumers[by](fixture)(batch(...bodies));
  return { answer, logged: fixture.log.records.map(({ event }) => event), fixture };
}

/** As they lie in a queue or in the table, by every version that is still read. */
function examplesOf(name: string) {
  const examples = releasedExamples(name).flatMap((written) => Object.values(written.examples));
  return name.startsWith("event.") ? examples.map(delivered) : examples;
}

describe("what this version or the one before it wrote", () => {
  it.each([
    ["event.call.dialed", "dialing", "reducer", "event.reduced"],
    ["event.call.dial_failed", "dialing", "reducer", "event.reduced"],
    ["event.call.status", "dialing", "reducer", "event.reduced"],
    ["event.call.digits", "answered", "reducer", "event.reduced"],
    ["event.call.completed", "complete", "dispatcher", "callback.delivered"],
    ["message.callback", "complete", "dispatcher", "callback.delivered"],
    ["message.settle", "ended", "timers", "timer.settle"],
    ["message.deadline", "dialing", "timers", "timer.deadline"],
  ] as const)("is handled: %s, of a call that is %s, by the %s", async (name, state, by, event) => {
    const bodies = examplesOf(name);
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) {
      const { answer, logged } = await handled({ state, by, bodies: [body] });
      expect({ answer, logged: [...new Set(logged)] }).toEqual({ answer: { batchItemFailures: [] }, logged: [event] });
    }
  });

  it("is handled: message.dial, with a reserved slot by a slot anew, without one by its loop", async () => {
    const events = [];
    for (const body of examplesOf("message.dial")) {
      const { answer, logged } = await handled({ state: "queued", by: "dialer", bodies: [body] });
      expect(answer).toEqual({ batchItemFailures: [] });
      events.push([Object.hasOwn(body as object, "owner"), [...new Set(logged)]]);
    }
    expect(events).toEqual([
      [true, ["dial.placed"]],
      [false, ["dial.waits"]],
    ]);
  });

  it("is handled: message.deadlines, of calls whose results had a delivery attempt, by the timers", async () => {
    for (const body of examplesOf("message.deadlines")) {
      const { fixture } = await handled({ state: "complete", by: "timers", bodies: [] });
      const { batch_id: batchId, next: from, until: to } = DeadlinesMessageSchema.parse(body);
      for (const tid of callIdsOf({ batchId, from, to }))
        await fixture.deliveries.add(tid, { attempt: 1, at: at(50), answer: 200, durationMs: 9 }, "delivered");
      expect(await consumers.timers(fixture)(batch(body))).toEqual({ batchItemFailures: [] });
      expect(fixture.log.records).toMatchObject([
        { event: "timer.deadline", calls: to - from, delivery_attempted: to - from },
      ]);
    }
  });

  it("is sent again when it was parked: message.parked", async () => {
    const [parked] = examplesOf("message.parked");
    const { fixture } = await handled({ state: "complete", by: "reducer", bodies: [] });
    const deadLetters = fakeDeadLetters({ clock: fixture.clock });
    deadLetters.put(JSON.stringify(parked));
    expect(await replay({ ...fixture, deadLetters })({ report: () => undefined })).toEqual({ sent: 1, left: 0 });
    expect(fixture.callbacks.sent).toMatchObject([{ type: "callback", tid: TID, attempt: 1 }]);
  });

  it("is read from the table", async () => {
    const dynamo = mockClient(DynamoDBDocumentClient);
    const table = {
      client: documents(new DynamoDBClient({ region: "eu-west-1" })),
      tableName: "calls",
      retentionDays: 30,
    };
    const options = { ...table, clock: { now: () => new Date(at(60)) } };
    const item = (sk: string, attributes: object) => ({ pk: `call#${TID}`, sk, ...attributes, expires_at: 1 });
    const readAs = async (sk: "spec" | "state" | "callback", read: () => Promise<unknown>) => {
      const written = releasedExamples(`record.${sk}`);
      for (const [which, example] of written.flatMap(({ examples }) => Object.entries(examples))) {
        dynamo.on(GetCommand).resolves({ Item: item(sk, example) });
        expect(await read()).toEqual(written.at(-1)?.examples[which]);
      }
    };
    await readAs("spec", async () => ({ spec: await callStore(options).spec(TID) }));
    await readAs("state", () => callStore(options).state(TID));
    await readAs("callback", () => callbackStore(options).read(TID));
    dynamo.restore();
  });
});

describe("a reader of two versions", () => {
  // As a second version of a message would be: a field that is no longer optional, under a new name.
  const V2Schema = z.object({ ...DialMessageSchema.shape, v: z.literal(2), dial_at: z.iso.datetime() });
  const V1Schema = z.pipe(
    DialMessageSchema,
    z.transform(({ not_before, ...others }) => ({ ...others, v: 2 as const, dial_at: not_before ?? at(0) })),
  );
  const schema = z.union([V2Schema, V1Schema]);

  it("converts both versions to the current one, and refuses others", async () => {
    const taken: unknown[] = [];
    const handle = async (message: z.infer<typeof schema>) => {
      taken.push(message);
      return { event: "dial.placed" } as const;
    };
    const run = consumer({ schema, handle, log: fakeLog() });
    const v1 = { v: 1, tid: TID, type: "dial", sealed_credential: "sealed", not_before: at(30) };
    const v2 = { v: 2, tid: TID, type: "dial", sealed_credential: "sealed", dial_at: at(30) };
    expect(await run(batch(v1, v2, { ...v1, v: 0 }, { ...v2, v: 3 }))).toEqual({
      batchItemFailures: [{ itemIdentifier: "m3" }, { itemIdentifier: "m4" }],
    });
    expect(taken).toEqual([v2, v2]);
  });
});
