import { randomBytes } from "node:crypto";
import type { Service } from "@promptcall/core/metrics";
import type { Clock } from "../ports/clock.ts";

export interface CollectorOptions {
  /** Of OTLP/HTTP, without the path of the signal. */
  readonly endpoint: string;
  readonly service: Service;
  readonly stage: string;
  readonly clock: Clock;
}

/** A unit of work on a call: what its line in the log says, and when it was done. */
export interface Unit {
  readonly event: string;
  readonly tid: string;
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly startMs: number;
  readonly endMs: number;
  readonly isFailure: boolean;
}

export interface Collector {
  /** Never throws, and takes no longer than a collector nearby needs: spans are told as well as may be. */
  send(units: readonly Unit[]): Promise<void>;
}

/** However slow the collector is, an invocation is held up no longer than this. */
const PATIENCE_MS = 250;

/** A collector that failed is left alone for so long, so that it does not hold up one invocation after the other. */
const PAUSE_MS = 30_000;

/** OTLP's own numbers. */
const KIND = { server: 2, consumer: 5 };
const STATUS_ERROR = 2;

/** OTLP over HTTP as JSON. */
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
      signal: AbortSignal.timeout(PATIENCE_MS),
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
 * The tid has as many bits as the id of a trace, and stands for it: so every unit of work is part of its call's trace
 * without being told of it. The call's acceptance is the root, whose id follows from the tid as well.
 */
function spanOf({ event, tid, fields, startMs, endMs, isFailure }: Unit) {
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

/** 64-bit integers are text in OTLP's JSON. */
function nanoseconds(ms: number): string {
  return String(BigInt(ms) * 1_000_000n);
}

const VALUES = { string: "stringValue", number: "doubleValue", boolean: "boolValue" } as const;

function attributesOf(fields: Unit["fields"]) {
  return Object.entries(fields).flatMap(([key, value]) => {
    const type = typeof value;
    return type in VALUES ? [{ key, value: { [VALUES[type as keyof typeof VALUES]]: value } }] : [];
  });
}
