import { randomBytes } from "node:crypto";
import type { Service } from "@promptcall/core/contracts/metrics";
import type { Clock } from "../ports/clock.ts";

export interface CollectorOptions {
  /** Base URL of OTLP/HTTP, without the signal's path. */
  readonly endpoint: string;
  readonly service: Service;
  readonly stage: string;
  readonly clock: Clock;
}

/** A unit of work on a call: its log record, and its time. */
export interface Span {
  readonly event: string;
  readonly tid: string;
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly startMs: number;
  readonly endMs: number;
  readonly isFailure: boolean;
}

export interface Collector {
  /** Never throws, and waits only briefly: losing spans is acceptable. */
  send(units: readonly Span[]): Promise<void>;
}

/** The longest an invocation waits for the collector. */
const TIMEOUT_MS = 250;

/** How long a collector that failed is not asked again, so that it does not delay every invocation. */
const PAUSE_MS = 30_000;

/** OTLP's own numbers. */
const KIND = { server: 2, consumer: 5 };
const STATUS_ERROR = 2;

/** Sends spans by OTLP over HTTP, as JSON. */
export function collector({ endpoint, service, stage, clock }: CollectorOptions): Collector {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const resource = {
    attributes: attributesOf({
      "service.namespace": "promptcall",
      "service.name": service,
      "deployment.environment.name": stage,
    }),
  };
  const kind = service === "api" || service === "webhooks" ? KIND.server : KIND.consumer;
  let pausedUntilMs = 0;

  async function post(body: object): Promise<void> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  }

  return {
    async send(units) {
      if (units.length === 0 || clock.now().getTime() < pausedUntilMs) return;
      const spans = units.map((unit) => ({ ...spanOf(unit), kind }));
      try {
        await post({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "promptcall" }, spans }] }] });
      } catch {
        pausedUntilMs = clock.now().getTime() + PAUSE_MS;
      }
    },
  };
}

/**
 * The tid is the trace id (both have 128 bits), so every unit of work joins its call's trace without passing context
 * on. The acceptance is the root span; its id derives from the tid, too.
 */
function spanOf({ event, tid, fields, startMs, endMs, isFailure }: Span) {
  const traceId = tid.replaceAll("-", "").toLowerCase();
  const root = traceId.slice(16);
  return {
    traceId,
    ...(event === "call.accepted" ? { spanId: root } : { spanId: randomBytes(8).toString("hex"), parentSpanId: root }),
    name: event,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf(
      Object.fromEntries(Object.entries({ tid, ...fields }).map(([name, value]) => [`promptcall.${name}`, value])),
    ),
    ...(isFailure && { status: { code: STATUS_ERROR } }),
  };
}

/** OTLP's JSON writes 64-bit integers as text. */
function nanoseconds(ms: number): string {
  return String(BigInt(ms) * 1_000_000n);
}

const VALUES = { string: "stringValue", number: "doubleValue", boolean: "boolValue" } as const;

function attributesOf(fields: Span["fields"]) {
  return Object.entries(fields).flatMap(([key, value]) => {
    const type = typeof value;
    return type in VALUES ? [{ key, value: { [VALUES[type as keyof typeof VALUES]]: value } }] : [];
  });
}
