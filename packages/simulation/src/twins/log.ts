import type { Log, Told } from "@promptcall/functions/ports/log";
import { currentIds } from "@promptcall/functions/telemetry/ids";

export interface LogTwin extends Log {
  readonly told: readonly Told[];
  readonly failures: readonly { readonly event: string; readonly error: unknown; readonly [key: string]: unknown }[];
}

/** Keeps its lines, each with what it is about. What of an error reaches the real log is that adapter's own affair. */
export function logTwin(): LogTwin {
  const told: Told[] = [];
  const failures: { event: string; error: unknown }[] = [];
  return {
    told,
    failures,
    info(line) {
      told.push(structuredClone({ ...currentIds(), ...line }));
    },
    failure(event, error, keys = {}) {
      failures.push({ event, error, ...currentIds(), ...keys });
    },
  };
}
