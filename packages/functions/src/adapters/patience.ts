import { silentLogger } from "./silent-logger.ts";

/** Without it, a service that says nothing is waited for until the function's own end. */
export const PATIENCE = {
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
  logger: silentLogger,
};
