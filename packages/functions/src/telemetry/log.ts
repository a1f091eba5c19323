import type { Service } from "@promptcall/core/contracts/metrics";
import { PromptcallError } from "../errors.ts";
import type { Log } from "../ports/log.ts";
import { currentIds, type Ids } from "./ids.ts";

type Level = "INFO" | "ERROR";
type Write = (line: { readonly level: Level }) => void;

export function log(service: Service, write: Write = writeLine): Log {
  const lineOf = (level: Level, message: string, fields: object) => {
    return { level, timestamp: new Date().toISOString(), service, message, ...fields };
  };
  return {
    info: ({ event, ...fields }) =>
      write(lineOf("INFO", event, { ...named(currentIds(), { service, fields: fields as Ids }), ...fields })),
    failure: (event, error, keys = {}) =>
      write(lineOf("ERROR", event, { ...currentIds(), ...keys, error: describe(error) })),
  };
}

/**
 * What names its call or batch needs no other name: two more would be a third of the line, and each byte is paid for. But
 * who asked the api knows the request alone.
 */
function named(ids: Ids, { service, fields }: { service: Service; fields: Ids }): Ids {
  const { tid, batch_id } = { ...ids, ...fields };
  if (service === "api" || (tid === undefined && batch_id === undefined)) return ids;
  const { request_id: _request, message_id: _message, ...others } = ids;
  return others;
}

/** Bypasses the console, because Lambda wraps its lines in an envelope. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** How long the last line waits for the metrics of its invocation: whoever is killed later has written it. */
const HELD_MS = 50;

/**
 * The lines of an invocation. Its metrics are in the last of them: a line of their own would cost a third more. What has
 * failed is written at once.
 */
export function linesWithMetrics() {
  let held: object | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const release = (metrics?: object) => {
    clearTimeout(timer);
    if (held !== undefined || metrics !== undefined) writeLine({ ...held, ...metrics });
    held = undefined;
  };
  const write: Write = (line) => {
    release();
    if (line.level === "ERROR") return writeLine(line);
    held = line;
    timer = setTimeout(release, HELD_MS).unref();
  };
  return {
    write,
    end([first, ...others]: readonly object[]): void {
      release(first);
      for (const line of others) writeLine(line);
    },
  };
}

/** Node's error codes, such as `ECONNREFUSED`. */
const CODE = /^[A-Z_]{1,40}$/;

function describe(error: unknown): { name: string; code?: string; message?: string; cause?: string } {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name } = error;
  const cause = error.cause instanceof Error ? { cause: error.cause.name } : {};
  if (error instanceof PromptcallError) return { name, message: error.message, ...cause };
  const code = "code" in error && typeof error.code === "string" && CODE.test(error.code) ? { code: error.code } : {};
  return { name, ...code, ...cause };
}
