import type { DialQueueMessage, TimerMessage } from "@promptcall/core/contracts/messages";
import { CarrierSettings } from "@promptcall/core/contracts/settings/carrier";
import { verboseEvents } from "@promptcall/core/contracts/settings/stage";
import { TimerSettings } from "@promptcall/core/contracts/settings/timers";
import { breakerStore } from "../dynamodb/breakers.ts";
import { checkpointStore } from "../dynamodb/checkpoints.ts";
import { breakerPolicy, keys, settings, webhookBaseUrl } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { carrier } from "../vonage/carrier.ts";
import { linkedTable } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { lazyBus } from "../wiring/lazy-bus.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { dialerHandler } from "./handler.ts";

const { log, instrument } = linkedTelemetry("dialer");
const used = settings({ carrier: CarrierSettings, timers: TimerSettings, verboseEvents });

export const handler = instrument(
  dialerHandler({
    ...linkedDialing(),
    bus: lazyBus(),
    breakers: breakerStore({ ...linkedTable(), policy: breakerPolicy() }),
    dial: linkedQueue<DialQueueMessage>("DialQueue"),
    timers: linkedQueue<TimerMessage>("TimersQueue"),
    carrier: carrier(used.carrier),
    seal: seal(keys("SealKey")),
    clock,
    random,
    checkpoints: checkpointStore(linkedTable()),
    webhooks: { baseUrl: webhookBaseUrl(), key: keys("WebhookKey")[0] },
    settings: used,
    log,
  }),
);
