import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/contracts/delivery-messages";
import type { DialQueueMessage, TimerMessage } from "@promptcall/core/contracts/messages";
// The api imports it with its first request. Virtual time does not wait for files to be read: it is loaded before.
import "@promptcall/functions/api/acceptance/priced-row";
import "@promptcall/functions/api/acceptance/read-batch";
import "@promptcall/functions/api/acceptance/read-call";
import { apiApp } from "@promptcall/functions/api/app";
import type { ProgressPorts } from "@promptcall/functions/calls/progress";
import { deadLetterHandlers } from "@promptcall/functions/dead-letters/handlers";
import { dialerHandler } from "@promptcall/functions/dialer/handler";
import { firstAttemptsHandler, laterAttemptsHandler } from "@promptcall/functions/dispatcher/handlers";
import { reducerHandler } from "@promptcall/functions/reducer/handler";
import { oldAccounts } from "@promptcall/functions/security/old-accounts";
import { requests } from "@promptcall/functions/testing/requests";
import { timersHandler } from "@promptcall/functions/timers/handler";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Linked } from "./linked.ts";

type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** Answers requests, without a server. */
type App = ReturnType<typeof requests>;

export type Handler =
  | { readonly kind: "consumer"; readonly on: (linked: Linked) => Consumer }
  | { readonly kind: "app"; readonly on: (linked: Linked) => App };

const consumes = (on: (linked: Linked) => Consumer): Handler => ({ kind: "consumer", on });
const answers = (on: (linked: Linked) => Parameters<typeof requests>[0]): Handler => ({
  kind: "app",
  on: (linked) => requests(on(linked)),
});

function deliveries(linked: Linked) {
  const { clock, random, log } = linked;
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
    streaks: linked.streaks(),
    sender: linked.sender(),
    clock,
    random,
    keys: linked.keys("CallbackKey"),
    receiverSeal: linked.receiverSeal(),
    digitsSeal: linked.digitsSeal(),
    parkedDigits: linked.parkedDigits(),
    checkpoints: linked.checkpoints(),
    settings: linked.settings(),
    log,
  };
}

/** The ports of every function that writes a call's progress. */
function progress(linked: Linked) {
  const { clock, random } = linked;
  return {
    calls: linked.calls(),
    bus: linked.bus(),
    timers: linked.queue<TimerMessage>("TimersQueue"),
    clock,
    random,
    settleSeconds: linked.settings().timers.settleSeconds,
    breakers: linked.breakers(),
  } satisfies ProgressPorts;
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

function deadLetters(linked: Linked) {
  return deadLetterHandlers({
    ...progress(linked),
    ...loops(linked),
    calls: linked.calls(),
    lists: linked.lists(),
    deliveries: linked.deliveries(),
    checkpoints: linked.checkpoints(),
    dial: linked.queue<DialQueueMessage>("DialQueue"),
    settings: linked.settings(),
    log: linked.log,
  });
}

/** Each handler of the stacks, built on fakes as its `lambda.ts` builds it on AWS. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  "packages/functions/src/api/lambda.handler": answers((linked) => {
    const settings = linked.settings();
    return apiApp({
      ...progress(linked),
      calls: linked.calls(),
      deliveries: linked.deliveries(),
      carrier: linked.carrier(),
      rate: linked.room(),
      clock: linked.clock,
      statusKeys: linked.keys("StatusKey"),
      dial: linked.queue<DialQueueMessage>("DialQueue"),
      seal: linked.seal(),
      receiverSeal: linked.receiverSeal(),
      digitsSeal: linked.digitsSeal(),
      parkedDigits: linked.parkedDigits(),
      log: linked.log,
      pinKeys: linked.keys("PinKey"),
      counts: linked.counts(),
      ...loops(linked),
      lists: linked.lists(),
      applicationLists: linked.applicationLists(),
      callbacks: linked.queue<DeliveryMessage>("CallbackRetriesQueue"),
      idempotency: linked.attempts(),
      applications: linked.applications(),
      proofs: linked.proofs(),
      questions: linked.questions(),
      oldAccounts: oldAccounts({ oldKeys: linked.oldKeys(), questions: linked.questions(), clock: linked.clock }),
      apiKeys: [],
      bulkhead: linked.bulkhead(),
      timeLeftMs: () => Number.POSITIVE_INFINITY,
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
      digitsSeal: linked.digitsSeal(),
      webhookKeys,
      signatureSecrets: new Map(),
      verboseEvents,
    });
  }),

  "packages/functions/src/dialer/lambda.handler": consumes((linked) => {
    const { clock, random, log } = linked;
    return dialerHandler({
      calls: linked.calls(),
      ...loops(linked),
      bus: linked.bus(),
      breakers: linked.breakers(),
      dial: linked.queue<DialQueueMessage>("DialQueue"),
      timers: linked.queue<TimerMessage>("TimersQueue"),
      carrier: linked.carrier(),
      seal: linked.seal(),
      clock,
      random,
      checkpoints: linked.checkpoints(),
      webhooks: { baseUrl: linked.webhookBaseUrl(), key: linked.keys("WebhookKey")[0] },
      settings: linked.settings(),
      log,
    });
  }),

  "packages/functions/src/reducer/lambda.handler": consumes((linked) =>
    reducerHandler({ ...progress(linked), log: linked.log }),
  ),

  "packages/functions/src/timers/lambda.handler": consumes((linked) =>
    timersHandler({
      ...progress(linked),
      ...loops(linked),
      calls: linked.calls(),
      lists: linked.lists(),
      dial: linked.queue<DialQueueMessage>("DialQueue"),
      carrier: linked.carrier(),
      rate: linked.room(),
      clock: linked.clock,
      seal: linked.seal(),
      deliveries: linked.deliveries(),
      checkpoints: linked.checkpoints(),
      settings: linked.settings(),
      log: linked.log,
    }),
  ),

  "packages/functions/src/dispatcher/lambda.first": consumes((linked) =>
    firstAttemptsHandler({
      ...deliveries(linked),
      bulkhead: linked.bulkhead(),
      firsts: linked.queue<DeliveryMessage>("CallbacksQueue"),
    }),
  ),
  "packages/functions/src/dispatcher/lambda.later": consumes((linked) => laterAttemptsHandler(deliveries(linked))),

  "packages/functions/src/dead-letters/lambda.dial": consumes((linked) => deadLetters(linked).dial),
  "packages/functions/src/dead-letters/lambda.state": consumes((linked) => deadLetters(linked).state),
  "packages/functions/src/dead-letters/lambda.timers": consumes((linked) => deadLetters(linked).timers),
};
