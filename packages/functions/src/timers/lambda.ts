import type { TickMessage } from "@promptcall/core/contracts/dialing-messages";
import { CarrierSettings } from "@promptcall/core/contracts/settings/carrier";
import { TimerSettings } from "@promptcall/core/contracts/settings/timers";
import { callbackStore } from "../dynamodb/callback-store.ts";
import { carrierRateStore } from "../dynamodb/carrier-rate.ts";
import { checkpointStore } from "../dynamodb/checkpoints.ts";
import { listStore } from "../dynamodb/lists.ts";
import { keys, settings } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedTable } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { lazyBus } from "../wiring/lazy-bus.ts";
import { lazyCarrier } from "../wiring/lazy-carrier.ts";
import { lazySeal } from "../wiring/lazy-seal.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { timersHandler } from "./handler.ts";

const { log, instrument } = linkedTelemetry("timers");
const table = linkedTable();

export const handler = instrument(
  timersHandler({
    ...linkedProgress({ bus: lazyBus() }),
    ...linkedDialing(),
    lists: listStore(table),
    rate: carrierRateStore(table),
    clock,
    dial: linkedQueue<TickMessage>("DialQueue"),
    carrier: lazyCarrier(),
    seal: lazySeal(keys("SealKey")),
    deliveries: callbackStore(table),
    checkpoints: checkpointStore(table),
    settings: settings({ carrier: CarrierSettings, timers: TimerSettings }),
    log,
  }),
);
