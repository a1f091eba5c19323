import { type DialQueueMessage, DialQueueMessageSchema, type TimerMessage } from "@promptcall/core/messages";
import { carrier } from "../adapters/carrier.ts";
import { linkedBus, linkedCheckpoints } from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { keys, settings, webhookBaseUrl } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { clock, random } from "../adapters/system-clock.ts";
import { linkedTelemetry } from "../adapters/telemetry.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { dialer } from "./dial.ts";

const { log, instrument } = linkedTelemetry("dialer");
const checkpoints = linkedCheckpoints();
const dial = linkedQueue<DialQueueMessage>("DialQueue");

export const handler = instrument(
  consumer({
    schema: DialQueueMessageSchema,
    handle: whenDue(
      dialer({
        ...linkedDialing(),
        bus: linkedBus(),
        dial,
        timers: linkedQueue<TimerMessage>("TimersQueue"),
        carrier: carrier(settings().carrier),
        seal: seal(keys("SealKey")),
        clock,
        random,
        checkpoints,
        webhooks: { baseUrl: webhookBaseUrl(), key: keys("WebhookKey")[0] },
        settings: settings(),
        settleSeconds: settings().timers.settleSeconds,
        verboseEvents: settings().verboseEvents,
      }),
      { queue: dial, checkpoints, clock },
    ),
    log,
  }),
);
