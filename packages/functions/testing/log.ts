import type { Log, LogRecord } from "../src/ports/log.ts";
import { currentIds } from "../src/telemetry/ids.ts";

export interface FakeLog extends Log {
  readonly records: readonly LogRecord[];
  readonly failures: readonly { readonly event: string; readonly error: unknown; readonly [key: string]: unknown }[];
}

/** Keeps its lines, each with what it is about. What of an error reaches the real log is that adapter's own affair. */
export function fakeLog(): FakeLog {
  const records: LogRecord[] = [];
  const failures: { event: string; error: unknown }[] = [];
  return {
    records,
    failures,
    info(line) {
      records.push(structuredClone({ ...currentIds(), ...line }));
    },
    failure(event, error, keys = {}) {
      failures.push({ event, error, ...currentIds(), ...keys });
    },
  };
}
