import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { METRICS, type MetricName } from "@promptcall/core/contracts/metrics";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}
interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** A collector of OpenTelemetry, which keeps what it was sent, and each span under its name. */
const posted: string[] = [];
const spans: (Span & { service: string | undefined })[] = [];
const reported = new Inbox<Span>();
const collector = createServer(async (request, response) => {
  const traces = (await json(request)) as Traces;
  posted.push(JSON.stringify(traces));
  for (const { resource, scopeSpans } of traces.resourceSpans) {
    const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue;
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      spans.push({ ...span, service });
      reported.put(span.name, span);
    }
  }
  response.end("{}");
});

let harness: Harness;
let tid: string;

/** One call, to somebody who keys a wrong PIN and then the right one, until nothing more happens to it. */
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  harness = await startHarness();
  tid = await harness.post({ to: "+447700904001" });
  await Promise.all([harness.customer.results.first(tid), reported.first("timer.deadline")]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await harness.stop();
  collector.close();
});

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: MetricName; readonly Unit: string }[];
}

/** What the metrics of all invocations come to, by service: counts in sum, of others how often they were measured. */
function measured(): Record<string, number> {
  const blobs = harness.logLines.filter((line) => line.includes('"_aws":')).map((line) => JSON.parse(line));
  const sums = new Map<string, number>();
  for (const { _aws, ...blob } of blobs) {
    const named = (_aws.CloudWatchMetrics as Directive[]).flatMap(({ Metrics, ...directive }) =>
      Metrics.map((metric) => ({ ...metric, ...directive })),
    );
    for (const { Name, Unit, Namespace, Dimensions } of named) {
      const { unit, by } = METRICS[Name];
      expect([Namespace, Dimensions, blob.stage]).toEqual(["Promptcall", [["stage"]], "local"]);
      expect([Unit, by]).toEqual([unit, expect.arrayContaining([blob.service])]);
      // Whether a message is a second late is a matter of this machine.
      if (Name === "DialLateness") continue;
      const values: number[] = [blob[Name]].flat();
      const key = `${blob.service} ${Name}`;
      sums.set(
        key,
        (sums.get(key) ?? 0) + (unit === "Count" ? values.reduce((sum, value) => sum + value) : values.length),
      );
    }
  }
  // How often two reports come at the same time, and a timer a little early, is a matter of luck.
  return Object.fromEntries([...sums].filter(([key]) => !/VersionConflicts|MessagesEarly/.test(key)));
}

describe("one call", () => {
  it("is one trace, of which its acceptance is the root and every other unit of work a child", () => {
    const traceId = tid.replaceAll("-", "");
    const [root, ...children] = spans.toSorted(
      (one, other) => Number(other.name === "call.accepted") - Number(one.name === "call.accepted"),
    );
    expect(root).toMatchObject({ service: "api", name: "call.accepted", traceId, spanId: traceId.slice(16) });
    expect(root).not.toHaveProperty("parentSpanId");
    expect(new Set(children.map((span) => `${span.traceId} ${span.parentSpanId}`))).toEqual(
      new Set([`${traceId} ${root?.spanId}`]),
    );
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(children.map(({ service, name }) => `${service} ${name}`).toSorted()).toEqual([
      "dialer dial.placed",
      "dispatcher callback.delivered",
      ...Array(7).fill("reducer event.reduced"),
      "timers timer.deadline",
      ...Array(2).fill("webhooks webhook.digits"),
      ...Array(4).fill("webhooks webhook.status"),
    ]);
  });

  it("counts once wherever it comes by", async () => {
    await vi.waitFor(
      () =>
        expect(measured()).toEqual({
          "api CallsAccepted": 1,
          "dialer CallsDialed": 1,
          "reducer ResultsOk": 1,
          "dispatcher CallbackAge": 1,
        }),
      15_000,
    );
  });

  it("leaves no PIN, no text, no credential and no whole number in a span or a metric", () => {
    const written = [...posted, ...harness.logLines].join("\n");
    expect(written).toContain(tid);
    const { pem } = harness.account;
    const { text, bye_text, failed_text } = TEXTS;
    for (const secret of ["447700904001", '"1234"', text, bye_text, failed_text, harness.jwt, pem.slice(40, 80)])
      expect(written).not.toContain(secret);
    // What the person keyed first: by itself, for four digits come in an id by chance.
    expect(written).not.toMatch(/(?<![\da-f-])4321(?![\da-f-])/);
  });
});
