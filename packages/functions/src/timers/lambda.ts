import type { TickMessage } from "@promptcall/core/contracts/dialing-messages";
import { keys, settings } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedCheckpoints, linkedDeliveries, linkedLists, linkedRoom } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { lazyCarrier } from "../wiring/lazy-carrier.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { timersHandler } from "./handler.ts";

const { log, instrument } = linkedTelemetry("timers");

export const handler = instrument(
  timersHandler({
    ...linkedProgress(),
    ...linkedDialing(),
    lists: linkedLists(),
    rate: linkedRoom(),
    clock,
    dial: linkedQueue<TickMessage>("DialQueue"),
    carrier: lazyCarrier(),
    seal: seal(keys("SealKey")),
    deliveries: linkedDeliveries(),
    checkpoints: linkedCheckpoints(),
    settings: settings(),
    log,
  }),
);
