import type { TickMessage } from "@promptcall/core/contracts/dialing-messages";
import { DeliveredEventSchema } from "@promptcall/core/contracts/events";
import {
  type DeliveryMessage,
  type DialQueueMessage,
  DialQueueMessageSchema,
  type ParkedBatchMessage,
  type ParkedMessage,
  type TimerMessage,
  TimerMessageSchema,
} from "@promptcall/core/contracts/messages";
// The api imports it with its first request. Virtual time does not wait for files to be read: it is loaded before.
import "@promptcall/functions/api/acceptance/priced-row";
import "@promptcall/functions/api/acceptance/read-batch";
import "@promptcall/functions/api/acceptance/read-call";
import { apiApp } from "@promptcall/functions/api/app";
import {
  DEAD_LETTER_SCHEMAS,
  dialDeadLetters,
  stateDeadLetters,
  timerDeadLetters,
} from "@promptcall/functions/dead-letters/consumers";
import { dialer } from "@promptcall/functions/dialer/dial";
import { DeliverySchema, dispatcher } from "@promptcall/functions/dispatcher/deliver";
import { reducer } from "@promptcall/functions/reducer/reduce";
import { consumer, foldingConsumer } from "@promptcall/functions/sqs/consumer";
import { whenDue } from "@promptcall/functions/sqs/when-due";
import { timers } from "@promptcall/functions/timers/fire";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Linked } from "./linked.ts";

type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Answers requests, without a server. */
interface App {
  request(
    url: string,
    init: { method: string; headers?: Record<string, string>; body?: string },
  ): Response | Promise<Response>;
}

export type Handler =
  | { readonly kind: "consumer"; readonly on: (linked: Linked) => Consumer }
  | { readonly kind: "app"; readonly on: (linked: Linked) => App };

const consumes = (on: (linked: Linked) => Consumer): Handler => ({ kind: "consumer", on });
const answers = (on: (linked: Linked) => App): Handler => ({ kind: "app", on });

function deliveries(linked: Linked) {
  const { clock, random } = linked;
  const { callback, verboseEvents } = linked.settings();
  return {
    calls: linked.calls(),
    deliveries: linked.deliveries(),
    batchDeliveries: linked.batchDeliveries(),
    batches: linked.batches(),
    lists: linked.lists(),
    bus: linked.bus(),
    callbacks: linked.queue<DeliveryMessage>("CallbackRetriesQueue"),
    parked: linked.queue<ParkedMessage | ParkedBatchMessage>("CallbacksDeadLetters"),
    applications: linked.applications(),
    sender: linked.sender(),
    clock,
    random,
    keys: linked.keys("CallbackKey"),
    receiverSeal: linked.receiverSeal(),
    settings: callback,
    verboseEvents,
  };
}

/** The ports that decide when calls are dialed. */
function loops(linked: Linked) {
  return {
    batches: linked.batches(),
    loops: linked.loops(),
    owners: linked.owners(),
    waiting: linked.waiting(),
  };
}

function deadLetterPorts(linked: Linked) {
  return {
    ...linked.progress(),
    ...loops(linked),
    calls: linked.calls(),
    lists: linked.lists(),
    deliveries: linked.deliveries(),
    checkpoints: linked.checkpoints(),
    longestCallSeconds: linked.settings().timers.deadlineSeconds,
    dial: linked.queue<DialQueueMessage>("DialQueue"),
  };
}

/** Each handler of the stacks, built on fakes as its `lambda.ts` builds it on AWS. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  "packages/functions/src/api/lambda.handler": answers((linked) => {
    const settings = linked.settings();
    return apiApp({
      ...linked.progress(),
      calls: linked.calls(),
      deliveries: linked.deliveries(),
      carrier: linked.carrier(),
      rate: linked.room(),
      clock: linked.clock,
      statusKeys: linked.keys("StatusKey"),
      dial: linked.queue<DialQueueMessage>("DialQueue"),
      seal: linked.seal(),
      receiverSeal: linked.receiverSeal(),
      log: linked.log,
      pinKeys: linked.keys("PinKey"),
      counts: linked.counts(),
      ...loops(linked),
      lists: linked.lists(),
      idempotency: linked.attempts(),
      applications: linked.applications(),
      proofs: linked.proofs(),
      questions: linked.questions(),
      apiKeys: [],
      settings,
      verboseEvents: settings.verboseEvents,
      parts: {},
    });
  }),

  "packages/functions/src/webhooks/lambda.handler": answers((linked) => {
    const { clock, random, log } = linked;
    const { verboseEvents } = linked.settings();
    const [pinKeys, webhookKeys] = [linked.keys("PinKey"), linked.keys("WebhookKey")];
    return webhooksApp({
      calls: linked.calls(),
      bus: linked.bus(),
      clock,
      random,
      log,
      pinKeys,
      webhookKeys,
      signatureSecrets: new Map(),
      verboseEvents,
    });
  }),

  "packages/functions/src/dialer/lambda.handler": consumes((linked) => {
    const { clock, random, log } = linked;
    const checkpoints = linked.checkpoints();
    const dial = linked.queue<DialQueueMessage>("DialQueue");
    const settings = linked.settings();
    const handle = dialer({
      calls: linked.calls(),
      ...loops(linked),
      bus: linked.bus(),
      breakers: linked.breakers(),
      dial,
      timers: linked.queue<TimerMessage>("TimersQueue"),
      carrier: linked.carrier(),
      seal: linked.seal(),
      clock,
      random,
      checkpoints,
      webhooks: { baseUrl: linked.webhookBaseUrl(), key: linked.keys("WebhookKey")[0] },
      settings,
      settleSeconds: settings.timers.settleSeconds,
      verboseEvents: settings.verboseEvents,
    });
    return consumer({
      schema: DialQueueMessageSchema,
      handle: whenDue(handle, { queue: dial, checkpoints, clock }),
      log,
    });
  }),

  "packages/functions/src/reducer/lambda.handler": consumes((linked) =>
    foldingConsumer({
      schema: DeliveredEventSchema,
      of: ({ metadata }) => metadata.tid,
      fold: reducer(linked.progress()),
      log: linked.log,
    }),
  ),

  "packages/functions/src/timers/lambda.handler": consumes((linked) => {
    const { clock, log } = linked;
    const checkpoints = linked.checkpoints();
    const handle = timers({
      ...linked.progress(),
      ...loops(linked),
      calls: linked.calls(),
      lists: linked.lists(),
      longestCallSeconds: linked.settings().timers.deadlineSeconds,
      dial: linked.queue<TickMessage>("DialQueue"),
      carrier: linked.carrier(),
      rate: linked.room(),
      clock,
      seal: linked.seal(),
      deliveries: linked.deliveries(),
      checkpoints,
    });
    const queue = linked.queue<TimerMessage>("TimersQueue");
    return consumer({ schema: TimerMessageSchema, handle: whenDue(handle, { queue, checkpoints, clock }), log });
  }),

  "packages/functions/src/dispatcher/lambda.first": consumes((linked) => {
    const { clock, log } = linked;
    const firsts = linked.queue<DeliveryMessage>("CallbacksQueue");
    const admission = { bulkhead: linked.bulkhead(), again: firsts };
    const handle = dispatcher({ ...deliveries(linked), admission });
    const place = { queue: firsts, checkpoints: linked.checkpoints(), clock };
    return consumer({ schema: DeliverySchema, handle: whenDue(handle, place), log });
  }),

  "packages/functions/src/dispatcher/lambda.later": consumes((linked) => {
    const { clock, log } = linked;
    const ports = deliveries(linked);
    const place = { queue: ports.callbacks, checkpoints: linked.checkpoints(), clock };
    return consumer({ schema: DeliverySchema, handle: whenDue(dispatcher(ports), place), log });
  }),

  "packages/functions/src/dead-letters/lambda.dial": consumes((linked) =>
    consumer({ schema: DEAD_LETTER_SCHEMAS.dial, handle: dialDeadLetters(deadLetterPorts(linked)), log: linked.log }),
  ),

  "packages/functions/src/dead-letters/lambda.state": consumes((linked) =>
    consumer({ schema: DEAD_LETTER_SCHEMAS.state, handle: stateDeadLetters(deadLetterPorts(linked)), log: linked.log }),
  ),

  "packages/functions/src/dead-letters/lambda.timers": consumes((linked) =>
    consumer({
      schema: DEAD_LETTER_SCHEMAS.timers,
      handle: timerDeadLetters(deadLetterPorts(linked)),
      log: linked.log,
    }),
  ),
};
