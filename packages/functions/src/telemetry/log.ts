import { PromptcallError } from "../errors.ts";
import type { Log } from "../ports/log.ts";
import { currentIds } from "./ids.ts";

export function log(service: string): Log {
  const write = (level: "INFO" | "ERROR", message: string, fields: object) =>
    writeLine({ level, timestamp: new Date().toISOString(), service, message, ...currentIds(), ...fields });
  return {
    info: ({ event, ...fields }) => write("INFO", event, fields),
    failure: (event, error, keys = {}) => write("ERROR", event, { ...keys, error: describe(error) }),
  };
}

/** Bypasses the console, because Lambda wraps its lines in an envelope. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
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
