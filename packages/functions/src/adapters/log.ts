import { Logger } from "@aws-lambda-powertools/logger";
import { PromptcallError } from "../errors.ts";
import type { Told } from "../ports.ts";

/** Structured lines, one for each unit of work. What goes in is chosen field by field: nothing is ever spread into it. */
export interface Log {
  info(told: Told): void;
  /** Name and message of our own errors; of others the name only, since their messages may quote what they were given. */
  failure(event: string, error: unknown, keys?: Readonly<Record<string, string>>): void;
}

export function log(serviceName: string): Log {
  const logger = new Logger({ serviceName });
  return {
    info({ event, ...keys }) {
      logger.info(event, keys);
    },
    failure(event, error, keys = {}) {
      logger.error(event, { ...keys, error: describe(error) });
    },
  };
}

function describe(error: unknown): { name: string; message?: string; cause?: string } {
  if (!(error instanceof Error)) return { name: typeof error };
  const cause = error.cause instanceof Error ? { cause: error.cause.name } : {};
  return error instanceof PromptcallError
    ? { name: error.name, message: error.message, ...cause }
    : { name: error.name, ...cause };
}
