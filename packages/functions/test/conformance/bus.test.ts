import { DeliveredEventSchema, type Event } from "@promptcall/core/contracts/events";
import { matches, parsePattern } from "@promptcall/local/bus/pattern";
import { beforeEach, describe, expect, it } from "vitest";
import { bus as realBus } from "../../src/eventbridge/bus.ts";
import type { Bus } from "../../src/ports/bus.ts";
import { fakeBus } from "../../testing/bus.ts";
import { at, event, TID } from "../given.ts";
import { arrivalsAt, startBus, startQueues } from "./local-cloud.ts";

const PATTERNS = {
  nobody: { source: ["somebody-else"] },
  everything: { source: ["promptcall"] },
  results: { source: ["promptcall"], "detail-type": ["call.completed"] },
  ours: {
    detail: { metadata: { application_id: ["app"] }, data: { attempt: [{ numeric: [">", 1] }], matched: [true] } },
  },
} as const;
type RuleName = keyof typeof PATTERNS;
const RULES = Object.keys(PATTERNS) as RuleName[];

interface Subject {
  readonly bus: Bus;
  /** Whatever arrives by way of a rule, once so many did. */
  arrivals(rule: RuleName, count: number): Promise<readonly string[]>;
}

async function fake(): Promise<Subject> {
  const rules = RULES.map((name) => ({
    pattern: parsePattern(JSON.stringify(PATTERNS[name])),
    name,
    arrived: [] as string[],
  }));
  return {
    bus: fakeBus({
      deliver: (envelope) => {
        for (const { pattern, arrived } of rules)
          if (matches({ pattern, event: JSON.parse(envelope) })) arrived.push(envelope);
      },
    }),
    arrivals: async (rule) => rules.find(({ name }) => name === rule)?.arrived ?? [],
  };
}

async function real(): Promise<Subject> {
  const queues = await startQueues();
  const targets = Object.fromEntries(await Promise.all(RULES.map(async (name) => [name, await queues.create(name)])));
  const rules = RULES.map((name) => ({ name, pattern: PATTERNS[name], arn: targets[name].arn }));
  return {
    bus: realBus(await startBus({ queues, rules })),
    async arrivals(rule, count) {
      const arrivals = await arrivalsAt({ client: queues.client, url: targets[rule].url, count });
      return arrivals.map(({ body }) => body);
    },
  };
}

const EVENTS: readonly Event[] = [
  event(0, "call.accepted", { to: "+44********01" }),
  event(1, "call.dialed", { uuid: "uuid" }),
  event(2, "call.dial_failed", { reason: "expired" }),
  event(3, "call.status", { status: "ringing" }),
  event(4, "call.status", {
    status: "completed",
    uuid: "uuid",
    detail: "é\n🔐",
    duration_seconds: 12.5,
    price: "0.01",
  }),
  event(5, "call.digits", { attempt: 1, matched: false, timed_out: true }),
  event(6, "call.digits", { attempt: 2, matched: true, timed_out: false }),
  event(7, "call.completed", { to: "+44********01", status: "error", reason: "busy", attempts: 0, uuid: "uuid" }),
  event(8, "callback.delivered", { attempt: 2, http_status: 200, duration_ms: 0.5 }),
  event(9, "callback.parked", { attempts: 9, why: "the receiver answered 410" }),
];

const parsed = (bodies: readonly string[]) => bodies.map((body) => DeliveredEventSchema.parse(JSON.parse(body)));
const inOrder = (events: readonly Event[]) =>
  events.toSorted((one, other) => one.metadata.time.localeCompare(other.metadata.time));

describe.each([
  { name: "the fake", start: fake },
  { name: "EventBridge", start: real },
])("$name, as a bus", ({ start }) => {
  let subject: Subject;
  beforeEach(async () => {
    subject = await start();
  });

  it("delivers every kind of event once to each matching rule, readable by its subscriber", async () => {
    await subject.bus.publish(EVENTS);
    expect(inOrder(parsed(await subject.arrivals("everything", EVENTS.length)))).toStrictEqual(EVENTS);
    expect(parsed(await subject.arrivals("results", 1))).toStrictEqual([EVENTS[7]]);
    expect(parsed(await subject.arrivals("ours", 1))).toStrictEqual([EVENTS[6]]);
    expect(await subject.arrivals("nobody", 0)).toEqual([]);
  });

  it("delivers an event in the envelope of EventBridge", async () => {
    await subject.bus.publish([event(4.5, "call.dialed", { uuid: "uuid" })]);
    const [body = ""] = await subject.arrivals("everything", 1);
    expect(JSON.parse(body)).toStrictEqual({
      version: "0",
      id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      "detail-type": "call.dialed",
      source: "promptcall",
      account: expect.stringMatching(/^\d{12}$/),
      time: at(4).replace(".000Z", "Z"),
      region: expect.stringMatching(/^[a-z]+-[a-z]+-\d$/),
      resources: [],
      detail: {
        metadata: { id: "event-4.5", version: 1, tid: TID, application_id: "app", time: at(4.5) },
        data: { uuid: "uuid" },
      },
    });
  });

  it("takes more events at once than EventBridge does", async () => {
    const events = Array.from({ length: 23 }, (_, second) => event(second, "call.dialed", { uuid: `uuid-${second}` }));
    await subject.bus.publish(events);
    const bodies = await subject.arrivals("everything", 23);
    expect(inOrder(parsed(bodies))).toStrictEqual(events);
    expect(new Set(bodies.map((body) => JSON.parse(body).id)).size).toBe(23);
  });

  it("delivers an event as often as it is published", async () => {
    const twice = event(1, "call.dialed", { uuid: "uuid" });
    for (const _ of [1, 2]) await subject.bus.publish([twice]);
    const bodies = await subject.arrivals("everything", 2);
    expect(parsed(bodies)).toStrictEqual([twice, twice]);
    expect(new Set(bodies.map((body) => JSON.parse(body).id)).size).toBe(2);
  });

  it("leaves out what is absent", async () => {
    const status = { status: "answered", uuid: undefined, price: undefined } as const;
    await subject.bus.publish([event(1, "call.status", status as never)]);
    const [body = ""] = await subject.arrivals("everything", 1);
    expect(JSON.parse(body).detail.data).toStrictEqual({ status: "answered" });
  });

  it("delivers nothing for an empty list", async () => {
    await subject.bus.publish([]);
    expect(await subject.arrivals("everything", 0)).toEqual([]);
  });
});
