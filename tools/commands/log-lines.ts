import { styleText } from "node:util";
import type { LogLine } from "@promptcall/local/functions/function-worker";
import * as z from "zod/mini";

/** A line that a function has written about a unit of work. */
const RecordSchema = z.looseObject({
  level: z.enum(["INFO", "ERROR"]),
  timestamp: z.iso.datetime(),
  service: z.string(),
  message: z.string(),
  tid: z.optional(z.string()),
  batch_id: z.optional(z.string()),
});

/** In columns of their own, or of use to a machine alone. */
const LEFT_OUT = new Set(["level", "timestamp", "service", "message", "tid", "batch_id", "request_id", "message_id"]);

/** Where lines go: columns for people, or JSON as it was written. */
export interface LinesOptions {
  readonly isForPeople: boolean;
  readonly withMetrics: boolean;
  readonly stream: NodeJS.WriteStream;
}

/** As it is printed; undefined for what is not. */
export function printedLine(logged: LogLine, { isForPeople, withMetrics, stream }: LinesOptions): string | undefined {
  const { functionName, line: written } = logged;
  // For CloudWatch, not for a reader.
  if (written.startsWith('{"_aws":')) return withMetrics ? written : undefined;
  const line = withMetrics ? written : withoutMetrics(written);
  const record = recordOf(line);
  if (record === undefined) return `${functionName}: ${line}`;
  return isForPeople ? columns(record, { invokedAtMs: logged.invokedAtMs, stream }) : line;
}

type LogFields = z.infer<typeof RecordSchema>;

/** In the embedded metric format a line names its metrics, and has the stage for them. */
const MeasuredSchema = z.looseObject({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })) }),
});

function withoutMetrics(line: string): string {
  if (!line.includes('"_aws":')) return line;
  const measured = MeasuredSchema.safeParse(jsonOf(line));
  if (!measured.success) return line;
  const { _aws, stage: _stage, ...record } = measured.data;
  const names = new Set(_aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)));
  return JSON.stringify(Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name))));
}

function recordOf(line: string): LogFields | undefined {
  return RecordSchema.safeParse(jsonOf(line)).data;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

type Style = Parameters<typeof styleText>[0];

/** Time, call, function, what happened, for how long it had worked by then, and the rest. */
function columns(
  record: LogFields,
  { invokedAtMs, stream }: { invokedAtMs: number | undefined; stream: NodeJS.WriteStream },
): string {
  const { level, timestamp, service, message, tid, batch_id } = record;
  const styled = (style: Style, text: string) => styleText(style, text, { stream });
  const rest = Object.entries(record).flatMap(([name, value]) =>
    LEFT_OUT.has(name) ? [] : [`${name} ${said(value)}`],
  );
  const happened = message.padEnd(24);
  return [
    styled("dim", clockTime(timestamp)),
    styled("cyan", (tid ?? batch_id ?? "").slice(0, 8).padEnd(8)),
    service.padEnd(12),
    level === "ERROR" ? styled("red", happened) : styled(styleOf(record), happened),
    durationOf(record, invokedAtMs).padStart(8),
    styled("dim", rest.join("  ")),
  ]
    .join("  ")
    .trimEnd();
}

function clockTime(timestamp: string): string {
  const time = new Date(timestamp);
  const two = (part: number) => String(part).padStart(2, "0");
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

/** Green where something has come to its end, yellow where it has to be done again. */
function styleOf({ message, result }: LogFields): Style {
  if (result === "ok" || message === "callback.delivered") return "green";
  if (result !== undefined || /\.(park|retry|try_again|refused|unknown|rejected|forged)$/.test(message))
    return "yellow";
  return "bold";
}

function durationOf({ timestamp }: LogFields, invokedAtMs: number | undefined): string {
  const ms = invokedAtMs === undefined ? -1 : Date.parse(timestamp) - invokedAtMs;
  // A line may come when the next invocation has begun.
  return ms < 0 ? "" : `${ms} ms`;
}

function said(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
