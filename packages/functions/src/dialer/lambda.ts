import { type DialQueueMessage, DialQueueMessageSchema, type TimerMessage } from "@promptcall/core/contracts/messages";
import { keys, settings, webhookBaseUrl } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { carrier } from "../vonage/carrier.ts";
import { linkedBreakers, linkedBus, linkedCheckpoints } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
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
        breakers: linkedBreakers(),
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
