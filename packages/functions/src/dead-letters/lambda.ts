import { linkedDeliveries } from "../adapters/clients.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../consumer.ts";
import { DEAD_LETTER_SCHEMAS, deadDials, deadReports, deadTimers } from "./bury.ts";

const ports = { ...linkedProgress(), deliveries: linkedDeliveries() };
const { log, watched } = linkedWatch("dead-letters");

export const dial = watched(consumer({ schema: DEAD_LETTER_SCHEMAS.dial, handle: deadDials(ports), log, clock }));
export const state = watched(consumer({ schema: DEAD_LETTER_SCHEMAS.state, handle: deadReports(ports), log, clock }));
export const timers = watched(consumer({ schema: DEAD_LETTER_SCHEMAS.timers, handle: deadTimers(ports), log, clock }));
