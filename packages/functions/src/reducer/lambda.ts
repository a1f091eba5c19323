import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedBus } from "../wiring/linked-bus.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { reducerHandler } from "./handler.ts";

const { log, instrument } = linkedTelemetry("reducer");

export const handler = instrument(reducerHandler({ ...linkedProgress({ bus: linkedBus() }), log }));
