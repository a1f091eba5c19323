import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Telemetry, telemetry } from "../../src/telemetry/telemetry.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at, OTHER_TID, TID } from "../given.ts";
import { closedPort, json, server } from "../http-server.ts";
import { written } from "../written.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(at(0)) }));
afterEach(() => void vi.useRealTimers());

const isMetrics = (line: Record<string, unknown>) => "_aws" in line;

function watching({ endpoint, clock = fakeClock(at(0)) }: { endpoint?: string; clock?: { now(): Date } } = {}) {
  return telemetry({ service: "dialer", stage: "test", clock, endpoint });
}

/** An invocation in which one call is dialed and another is not. */
const invocation = ({ log, instrument }: Telemetry) =>
  instrument(async (answer: string) => {
    log.info({ event: "dial.placed", tid: TID, late_ms: 1_020 });
    log.info({ event: "dial.try_again", tid: OTHER_TID, late_ms: 1_030, throttled: true, why: "carrier answered 429" });
    log.failure("message.failed", new Error("no"), { message_id: "m3" });
    return answer;
  });

describe("the metrics of an invocation", () => {
  const metric = (name: string, unit: string) => ({ Name: name, Unit: unit });

  it("are one line, of this stage", async () => {
    const lines = await written(() => invocation(watching())("done"));
    expect(lines.filter(isMetrics)).toEqual([
      {
        _aws: {
          Timestamp: Date.parse(at(0)),
          CloudWatchMetrics: [
            {
              Namespace: "Promptcall",
              Dimensions: [["stage"]],
              Metrics: [
                metric("CallsDialed", "Count"),
                metric("DialLateness", "Milliseconds"),
                metric("DialsThrottled", "Count"),
                metric("Failures", "Count"),
              ],
            },
          ],
        },
        service: "dialer",
        stage: "test",
        CallsDialed: 1,
        DialLateness: [1_020, 1_030],
        DialsThrottled: 1,
        Failures: 1,
      },
    ]);
    expect(lines.filter((line) => !isMetrics(line))).toHaveLength(3);
  });

  it("are in the line of the last record, which comes at the end or a moment after it was reported", async () => {
    vi.useFakeTimers({ now: Date.parse(at(0)) });
    const { log, instrument } = watching();
    const run = (waitMs: number) =>
      instrument(async () => {
        for (const tid of [TID, OTHER_TID]) log.info({ event: "dial.placed", tid });
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      });
    const linesOf = (waitMs: number) =>
      written(async () => {
        const running = run(waitMs)();
        await vi.advanceTimersByTimeAsync(waitMs);
        await running;
      });
    const record = (tid: string) => ({ level: "INFO", message: "dial.placed", tid });
    expect(await linesOf(40)).toMatchObject([
      record(TID),
      { ...record(OTHER_TID), stage: "test", CallsDialed: [1, 1] },
    ]);
    const lines = await linesOf(60);
    expect(lines).toMatchObject([record(TID), record(OTHER_TID), { stage: "test", CallsDialed: [1, 1] }]);
    expect(lines.map(isMetrics)).toEqual([false, false, true]);
  });

  it("are not waited for by what has failed", async () => {
    const { log, instrument } = watching();
    const seen: number[] = [];
    const lines = await written(() =>
      instrument(async () => {
        log.info({ event: "dial.skipped", tid: TID });
        log.failure("message.failed", new Error("no"));
        seen.push(vi.mocked(process.stdout.write).mock.calls.length);
      })(),
    );
    expect([seen, lines.map(({ message, Failures }) => message ?? Failures)]).toEqual([
      [2],
      ["dial.skipped", "message.failed", 1],
    ]);
  });

  it("are as many lines as it takes where a metric was measured more than a hundred times, and lose nothing", async () => {
    const { log, instrument } = watching();
    const run = instrument(async () => {
      for (let late_ms = 1_001; late_ms <= 1_201; late_ms += 1) log.info({ event: "dial.skipped", tid: TID, late_ms });
      log.info({ event: "dial.placed", tid: TID });
    });
    const lines = (await written(run)).filter(isMetrics);
    const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
    expect(lines.map(({ CallsDialed, DialLateness }) => [CallsDialed, DialLateness])).toEqual([
      [1, from(1_001, 100)],
      [undefined, from(1_101, 100)],
      [undefined, 1_201],
    ]);
  });

  it("are those of this invocation only, and none when nothing was measured", async () => {
    const { log, instrument } = watching();
    const run = instrument(async (event: "call.accepted" | "dial.skipped") => log.info({ event, tid: TID }));
    const lines = [];
    for (const event of ["call.accepted", "dial.skipped", "call.accepted"] as const)
      lines.push(await written(() => run(event)));
    expect(lines.map((of) => of.filter(isMetrics).map(({ CallsAccepted }) => CallsAccepted))).toEqual([[1], [], [1]]);
  });

  it("are written when the handler fails, too, and the failure is thrown", async () => {
    const { log, instrument } = watching();
    const run = instrument(async () => {
      log.info({ event: "call.accepted", tid: TID });
      throw new Error("crash");
    });
    const lines = await written(() => expect(run()).rejects.toThrow("crash"));
    expect(lines.filter(isMetrics)).toMatchObject([{ CallsAccepted: 1 }]);
  });
});

describe("the spans of an invocation", () => {
  const attribute = (key: string, value: object) => ({ key, value });
  const text = (stringValue: string) => ({ stringValue });

  it("are one request, a span of its call's trace for each unit of work that names a call", async () => {
    const { url, received } = await server(json(200, {}));
    const clock = fakeClock(at(5));
    const { log, instrument } = watching({ endpoint: `${url}/`, clock });
    const run = instrument(async () => {
      clock.set(at(6));
      log.info({ event: "call.accepted", tid: TID });
      log.info({ event: "callback.retry", tid: TID, answer: 503, ms: 1.5, why: undefined });
      log.info({ event: "message.early", hops: 1, copy: false });
      log.failure("message.failed", new Error("secret"), { tid: OTHER_TID, message_id: "m1" });
    });
    await written(run);
    expect(received).toMatchObject([
      { method: "POST", url: "/v1/traces", headers: { "content-type": "application/json" } },
    ]);
    const times = {
      kind: 5,
      startTimeUnixNano: `${Date.parse(at(5))}000000`,
      endTimeUnixNano: `${Date.parse(at(6))}000000`,
    };
    const trace = { traceId: "3b241101e2bb42558caf4136c566a962", ...times };
    const own = expect.stringMatching(/^[\da-f]{16}$/);
    expect(JSON.parse(received[0]?.body ?? "")).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [
              attribute("service.namespace", text("promptcall")),
              attribute("service.name", text("dialer")),
              attribute("deployment.environment.name", text("test")),
            ],
          },
          scopeSpans: [
            {
              scope: { name: "promptcall" },
              spans: [
                {
                  ...trace,
                  spanId: "8caf4136c566a962",
                  name: "call.accepted",
                  attributes: [attribute("promptcall.tid", text(TID))],
                },
                {
                  ...trace,
                  spanId: own,
                  parentSpanId: "8caf4136c566a962",
                  name: "callback.retry",
                  attributes: [
                    attribute("promptcall.tid", text(TID)),
                    attribute("promptcall.answer", { doubleValue: 503 }),
                    attribute("promptcall.ms", { doubleValue: 1.5 }),
                  ],
                },
                {
                  ...times,
                  traceId: "9b241101e2bb42558caf4136c566a962",
                  spanId: own,
                  parentSpanId: "8caf4136c566a962",
                  name: "message.failed",
                  attributes: [
                    attribute("promptcall.tid", text(OTHER_TID)),
                    attribute("promptcall.message_id", text("m1")),
                  ],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it("are not made without a collector, and their code is not loaded", async () => {
    vi.doMock("../../src/telemetry/otlp.ts", () => {
      throw new Error("loaded");
    });
    const lines = await written(() => expect(invocation(watching())("done")).resolves.toBe("done"));
    expect(lines.filter(isMetrics)).toHaveLength(1);
    vi.doUnmock("../../src/telemetry/otlp.ts");
  });

  it.each<[string, () => Promise<string>]>([
    ["is not there", async () => `http://127.0.0.1:${await closedPort()}`],
    ["fails", async () => (await server(json(500, {}))).url],
    ["sends us elsewhere", async () => (await server(json(302, {}, { location: "/v1/traces" }))).url],
    ["never answers", async () => (await server(() => {})).url],
    ["never ends its answer", async () => (await server((response) => void response.write("{"))).url],
  ])("do not fail it nor hold it up when the collector %s", async (_, endpoint) => {
    const watch = watching({ endpoint: await endpoint() });
    const timeouts = vi.spyOn(AbortSignal, "timeout");
    await written(() => expect(invocation(watch)("done")).resolves.toBe("done"));
    expect(timeouts).toHaveBeenCalledOnce();
    expect(timeouts.mock.calls[0]?.[0]).toBeLessThan(1_000);
  });

  it("are not sent for half a minute to a collector that failed", async () => {
    const { url, received } = await server(json(503, {}));
    const clock = fakeClock(at(0));
    const run = invocation(watching({ endpoint: url, clock }));
    const requests = [];
    for (const second of [0, 1, 29, 30, 59, 60]) {
      clock.set(at(second));
      await written(() => run("done"));
      requests.push(received.length);
    }
    expect(requests).toEqual([1, 1, 1, 2, 2, 3]);
  });
});
