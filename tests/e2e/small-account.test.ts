import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Local } from "@promptcall/local/local";
import type { SimCall } from "@promptcall/vonage-sim/sim";
import { describe, expect, it, onTestFinished } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { startHarness, TEXTS } from "./harness.ts";

const DIALER = "DialQueueSubscriberFunction";
const REDUCER = "StateQueueSubscriberFunction";
const DISPATCHERS = ["CallbacksQueueSubscriberFunction", "CallbackRetriesQueueSubscriberFunction"];

/** Rejected by the network, so that its result is there soon. */
const rejected = (index: number) => `4477009${String(index).padStart(3, "0")}10`;
const SILENT = "447700904003";

/**
 * A message that means nothing: a request to the api would take the place that a dialer is to have. It may find no place all
 * the same, and be back after its visibility only.
 */
async function sendToDialers({ endpoints, environment, resource }: Local): Promise<void> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new SQSClient({ endpoint: endpoints.sqs, region: String(environment.AWS_REGION), credentials });
  await client.send(new SendMessageCommand({ QueueUrl: String(resource("DialQueue").url), MessageBody: "{}" }));
  client.destroy();
}

/**
 * The whole system in an account that runs ten functions at once, with a call whose person is being asked, and with as many
 * invocations of the queues' functions as they may have, none of which comes to an end before it is let go.
 */
async function startBusy({ variables, busy }: { variables: Record<string, string>; busy: number }) {
  const asked = new Inbox<SimCall>();
  const held: string[] = [];
  const holding = new Set<string>();
  const goOn = Promise.withResolvers<void>();
  const harness = await startHarness({
    // The person is still being asked when everything is busy: digits of a call that is over lead to no event.
    speed: 3,
    sim: {
      callsPerSecond: Number.POSITIVE_INFINITY,
      onCall: (call) => {
        if (call.ncco.some(({ action }) => action === "input")) asked.put(call.to, call);
      },
    },
    variables,
    local: {
      accountConcurrency: 10,
      largestBatch: 1,
      crashes: async ({ functionName }) => {
        if (!holding.has(functionName)) return undefined;
        held.push(functionName);
        await goOn.promise;
        return undefined;
      },
    },
  });
  onTestFinished(async () => {
    goOn.resolve();
    await harness.stop();
  });
  const tid = await harness.post({ to: SILENT });
  const input = (await asked.first(SILENT)).ncco.find(({ action }) => action === "input") as { eventUrl: string[] };
  const digitsUrl = input.eventUrl[0] ?? "";
  const digits = () => fetch(digitsUrl, { method: "POST", body: JSON.stringify({ dtmf: { digits: "1234" } }) });

  for (const name of DISPATCHERS) holding.add(name);
  const tids = await Promise.all(Array.from({ length: 5 }, (_, index) => harness.post({ to: rejected(index) })));
  const heldOf = (...names: string[]) => held.filter((name) => names.includes(name)).length;
  await expect.poll(() => heldOf(...DISPATCHERS), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  holding.add(REDUCER);
  // The last of them may find no place: what matters is that the reducers are busy.
  for (let index = 0; index < 4; index += 1) await digits();
  await expect.poll(() => heldOf(REDUCER), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  holding.add(DIALER);
  const busyNow = async () => {
    if (held.length < busy) await sendToDialers(harness.system.local);
    return held.length;
  };
  await expect.poll(busyNow, { timeout: 20_000 }).toBe(busy);
  return {
    harness,
    tid,
    tids,
    goOn: () => {
      holding.clear();
      goOn.resolve();
    },
    digits,
  };
}

describe("in an account that runs ten functions at once, when every queue is busy", () => {
  it("webhooks are turned away, and so is who asks the api, where the stage does not know", async () => {
    const { harness, digits, goOn } = await startBusy({ variables: {}, busy: 10 });
    expect((await digits()).status).toBe(429);
    expect((await fetch(`${harness.system.apiUrl}/setup`)).status).toBe(503);
    goOn();
  });

  it("webhooks and the api answer, and every result comes, where the stage knows", async () => {
    const { harness, digits, goOn, tid, tids } = await startBusy({ variables: { ACCOUNT_CONCURRENCY: "10" }, busy: 6 });
    const response = await digits();
    expect([response.status, await response.json()]).toEqual([200, [{ action: "talk", text: TEXTS.bye_text }]]);
    tids.push(await harness.post({ to: rejected(99) }));
    goOn();
    for (const other of [tid, ...tids]) await harness.customer.results.first(other);
  });
});
