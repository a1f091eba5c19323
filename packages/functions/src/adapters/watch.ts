import type { Service } from "@promptcall/core/metrics";
import type { Context } from "aws-lambda";
import { FAILURE, measuresOf } from "../measures.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { currentIds } from "../telemetry/ids.ts";
import { beginInvocation } from "./invocation.ts";
import { log as logOf } from "./log.ts";
import { metrics as metricsOf } from "./metrics.ts";
import type { Collector, Unit } from "./otlp.ts";
import { clock } from "./real.ts";
import { settings, stage } from "./resources.ts";

export interface WatchOptions {
  readonly service: Service;
  readonly stage: string;
  readonly clock: Clock;
  /** Where spans go; there are none without it, and what makes them is not even loaded. */
  readonly endpoint: string | undefined;
}

export interface Watch {
  /** Where units of work are told: each becomes a line, counts in the metrics, and is a span of its call's trace. */
  readonly log: Log;
  /** The same handler, which answers when all that was told has been let go of. */
  watched<Arguments extends unknown[], Answer>(
    handler: (...given: Arguments) => Promise<Answer>,
  ): (...given: Arguments) => Promise<Answer>;
}

export function watch({ service, stage, clock, endpoint }: WatchOptions): Watch {
  const lines = logOf(service);
  const metrics = metricsOf({ service, stage });
  const units: Unit[] = [];
  let startMs = 0;
  let collector: Promise<Collector> | undefined;

  function note(told: Unit["fields"], { isFailure }: { isFailure: boolean }): void {
    const { event, tid, ...fields }: Unit["fields"] = { ...currentIds(), ...told };
    if (endpoint === undefined || typeof event !== "string" || typeof tid !== "string") return;
    units.push({ event, tid, fields, startMs, endMs: clock.now().getTime(), isFailure });
  }

  async function letGo(): Promise<void> {
    metrics.flush();
    if (endpoint === undefined || units.length === 0) return;
    const sent = units.splice(0);
    collector ??= import("./otlp.ts").then((otlp) => otlp.collector({ endpoint, service, stage, clock }));
    await (await collector).send(sent);
  }

  return {
    log: {
      info(told) {
        lines.info(told);
        metrics.add(measuresOf(told));
        note(told, { isFailure: false });
      },
      failure(event, error, keys = {}) {
        lines.failure(event, error, keys);
        metrics.add(FAILURE);
        note({ event, ...keys }, { isFailure: true });
      },
    },
    watched:
      (handler) =>
      async (...given) => {
        startMs = clock.now().getTime();
        beginInvocation(given[1] as Context | undefined);
        try {
          return await handler(...given);
        } finally {
          await letGo();
        }
      },
  };
}

export const linkedWatch = (service: Service): Watch =>
  watch({ service, stage: stage(), clock, endpoint: settings().tracing?.endpoint });
