import type { Log, Told } from "@promptcall/functions/ports/log";

export interface LogTwin extends Log {
  readonly told: readonly Told[];
  readonly failures: readonly { readonly event: string; readonly error: unknown; readonly [key: string]: unknown }[];
}

/** Keeps its lines. What of an error reaches the real log is that adapter's own affair. */
export function logTwin(): LogTwin {
  const told: Told[] = [];
  const failures: { event: string; error: unknown }[] = [];
  return {
    told,
    failures,
    info(line) {
      told.push(structuredClone(line));
    },
    failure(event, error, keys = {}) {
      failures.push({ event, error, ...keys });
    },
  };
}
