import { linkedDeliveries } from "../adapters/clients.ts";
import { log as logOf } from "../adapters/log.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { consumer } from "../consumer.ts";
import { DEAD_LETTER_SCHEMAS, deadDials, deadReports, deadTimers } from "./bury.ts";

const ports = { ...linkedProgress(), deliveries: linkedDeliveries() };
const log = logOf("dead-letters");

export const dial = consumer({ schema: DEAD_LETTER_SCHEMAS.dial, handle: deadDials(ports), log, clock });
export const state = consumer({ schema: DEAD_LETTER_SCHEMAS.state, handle: deadReports(ports), log, clock });
export const timers = consumer({ schema: DEAD_LETTER_SCHEMAS.timers, handle: deadTimers(ports), log, clock });
