import type { Service } from "@promptcall/core/contracts/metrics";
import { tracing } from "@promptcall/core/contracts/settings/stage";
import type { Context } from "aws-lambda";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { beginInvocation } from "../runtime/invocation.ts";
import { settings, stage } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { currentIds } from "./ids.ts";
import { linesWithMetrics, log as logOf } from "./log.ts";
import { FAILURE, measuresOf } from "./measures.ts";
import { metrics as metricsOf } from "./metrics.ts";
import type { Collector, Span } from "./otlp.ts";

export interface TelemetryOptions {
  readonly service: Service;
  readonly stage: string;
  readonly clock: Clock;
  /** Where spans are sent. Without it there are none, and their code is not loaded. */
  readonly endpoint: string | undefined;
}

export interface Telemetry {
  /** Each record becomes a log line, counts in the metrics, and is a span of its call's trace. */
  readonly log: Log;
  /** Wraps a handler so that metrics and spans are flushed before it answers. */
  instrument<Arguments extends unknown[], Answer>(
    handler: (...given: Arguments) => Promise<Answer>,
  ): (...given: Arguments) => Promise<Answer>;
}

export function telemetry({ service, stage, clock, endpoint }: TelemetryOptions): Telemetry {
  const written = linesWithMetrics();
  const lines = logOf(service, written.write);
  const metrics = metricsOf({ service, stage });
  const spans: Span[] = [];
  let startMs = 0;
  let collector: Promise<Collector> | undefined;

  function addSpan(record: Span["fields"], { isFailure }: { isFailure: boolean }): void {
    const { event, tid, ...fields }: Span["fields"] = { ...currentIds(), ...record };
    if (endpoint === undefined || typeof event !== "string" || typeof tid !== "string") return;
    spans.push({ event, tid, fields, startMs, endMs: clock.now().getTime(), isFailure });
  }

  async function flush(): Promise<void> {
    written.end(metrics.flush());
    if (endpoint === undefined || spans.length === 0) return;
    const sent = spans.splice(0);
    collector ??= import("./otlp.ts").then((otlp) => otlp.collector({ endpoint, service, stage, clock }));
    await (await collector).send(sent);
  }

  return {
    log: {
      info(record) {
        lines.info(record);
        metrics.add(measuresOf(record));
        addSpan(record, { isFailure: false });
      },
      failure(event, error, keys = {}) {
        lines.failure(event, error, keys);
        metrics.add(FAILURE);
        addSpan({ event, ...keys }, { isFailure: true });
      },
    },
    instrument:
      (handler) =>
      async (...given) => {
        startMs = clock.now().getTime();
        beginInvocation(given[1] as Context | undefined);
        try {
          return await handler(...given);
        } finally {
          await flush();
        }
      },
  };
}

export const linkedTelemetry = (service: Service): Telemetry =>
  telemetry({ service, stage: stage(), clock, endpoint: settings({ tracing }).tracing?.endpoint });
