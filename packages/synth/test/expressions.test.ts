import { describe, expect, inject, it } from "vitest";
import { alarmsOf, queriesOf } from "../src/alarms.ts";

const alarms = alarmsOf(inject("production"));

/** What CloudWatch makes of an alarm's expression at one moment; a metric that is not given has no data then. */
function rings(name: string, values: Readonly<Record<string, number>> = {}): boolean {
  const alarm = alarms.find((one) => one.name === name);
  const queries = alarm ? queriesOf(alarm) : [];
  const { expression = "" } = queries.find((query) => query.expression !== undefined) ?? {};
  const ids = queries.flatMap(({ id, metric }) => (metric ? [id] : []));
  const script = expression.replaceAll(" OR ", " || ").replaceAll(" AND ", " && ");
  const IF = (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise);
  const FILL = (value: number | undefined, filling: number) => value ?? filling;
  const evaluate = new Function("IF", "FILL", ...ids, `return ${script};`);
  const result: unknown = evaluate(IF, FILL, ...ids.map((id) => values[id]));
  if (typeof result !== "number" || Number.isNaN(result)) throw new RangeError(`${name}: ${expression}`);
  return result > Number(alarm?.inputs.threshold);
}

const CASES: Readonly<Record<string, { on: Record<string, number>[]; off: Record<string, number>[] }>> = {
  "dial-throttled": {
    on: [{ dialed: 178, throttled: 22 }, { throttled: 20 }],
    off: [{ dialed: 180, throttled: 20 }, { throttled: 19 }, { dialed: 1_000 }],
  },
  "dial-unknown": { on: [{ dialed: 0 }, { dialed: 0.94 }], off: [{ dialed: 0.96 }, { dialed: 1 }] },
  "callbacks-failing": {
    on: [{ delivered: 9, failures: 11 }, { failures: 20 }, { receivers: 3 }, { delivered: 1_000, receivers: 3 }],
    off: [{ delivered: 10, failures: 10 }, { failures: 19 }, { delivered: 1_000, failures: 10, receivers: 2 }],
  },
  "dead-letters": { on: [{ dial: 1 }, { state: 1 }, { timers: 1 }], off: [{ dial: 0, state: 0 }] },
  "queue-stuck": {
    on: [{ dial: 1_201 }, { state: 121 }, { timers: 1_201 }, { callbacks: 301 }, { callback_retries: 1_201 }],
    off: [{ dial: 1_200, state: 120, timers: 1_200, callbacks: 300, callback_retries: 1_200 }],
  },
  "answers-failing": {
    on: [{ api: 6 }, { webhooks: 6 }, { throttled: 6 }, { api: 3, webhooks: 3 }],
    off: [{ api: 2, webhooks: 2, throttled: 1 }],
  },
  "events-undelivered": { on: [{ reports: 1 }, { results: 1 }], off: [{ reports: 0 }] },
};

describe.each(Object.entries(CASES))("the alarm %s", (name, { on, off }) => {
  it.each(on)("rings at %j, whatever else is silent", (values) => {
    expect(rings(name, values)).toBe(true);
  });

  it.each([{}, ...off])("is silent at %j", (values) => {
    expect(rings(name, values)).toBe(false);
  });
});

it("every alarm with an expression has its cases here", () => {
  const computed = alarms.filter((alarm) => queriesOf(alarm).length > 0);
  expect(computed.map(({ name }) => name).toSorted()).toEqual(Object.keys(CASES).toSorted());
});
