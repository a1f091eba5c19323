import { randomUUID } from "node:crypto";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Event } from "@promptcall/core/contracts/events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { newAccount } from "../../tools/system/caller.ts";
import { type Harness, startHarness } from "./harness.ts";
import { startReceiver, stopReceivers } from "./receiver.ts";

const APPLICATIONS = 30;
/** As many results just in as the local stage delivers at once, where each has an invocation of its own. */
const INVOCATIONS = 4;

let harness: Harness;
let unsubscribe: () => Promise<void>;
let sqs: SQSClient;
/** By tid. */
const parked = new Inbox<Event>();

beforeAll(async () => {
  harness = await startHarness({ local: { largestBatch: 1 } });
  const { local } = harness.system;
  unsubscribe = await subscribe({
    local,
    name: "silent-host",
    detailTypes: ["callback.parked"],
    onEvent: (event) => parked.put(event.metadata.tid, event),
  });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sqs = new SQSClient({ endpoint: local.endpoints.sqs, region: String(local.environment.AWS_REGION), credentials });
});
afterAll(async () => {
  stopReceivers();
  sqs.destroy();
  await unsubscribe();
  await harness.stop();
});

/** Has a result that is parked sent among those just in. */
async function deliverNow(tid: string): Promise<void> {
  const QueueUrl = String(harness.system.local.resource("CallbacksQueue").url);
  const MessageBody = JSON.stringify({ v: 1, type: "callback", tid, attempt: 2 });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

it("one silent host holds up nobody else's results, however many applications send there", async () => {
  let isSilent = false;
  const allBusy = Promise.withResolvers<void>();
  const opened: string[] = [];
  const closedAfterMs: number[] = [];
  const silent = await startReceiver(({ response, tid }) => {
    if (!isSilent) return response.writeHead(410).end();
    const startMs = performance.now();
    response.on("close", () => closedAfterMs.push(performance.now() - startMs));
    if (opened.push(tid) === INVOCATIONS) allBusy.resolve();
    return undefined;
  });
  const second = Promise.withResolvers<void>();
  const bystander = await startReceiver(({ response, ordinal }) => {
    response.writeHead(isSilent ? 200 : 410).end();
    if (ordinal === 2) second.resolve();
  });
  const { privateKey, pem } = newAccount();
  /** A call of an application of its own, whose result is parked, so that all of them can be had at the same moment. */
  const parkedResult = async (callback: string, index: number) => {
    const applicationId = randomUUID();
    await harness.register({ applicationId, privateKey });
    // Rejected by the network, so that its result is there at once.
    const to = `4477009${String(index).padStart(3, "0")}10`;
    const tid = await harness.post({ to, callback, app_id: applicationId, private_key: pem });
    await parked.first(tid);
    return tid;
  };
  const tids = await Promise.all(
    Array.from({ length: APPLICATIONS }, (_, index) => parkedResult(silent.url, index + 1)),
  );
  // This machine by another name: to the bulkhead, which goes by names, it is another host.
  const bystanding = await parkedResult(bystander.url.replace("127.0.0.1", "localhost"), 0);

  isSilent = true;
  await Promise.all(tids.map(deliverNow));
  await allBusy.promise;
  await deliverNow(bystanding);
  await second.promise;
  // Whoever had to wait for the silent one would be served once its first request has had its ten seconds.
  expect(closedAfterMs.filter((ms) => ms > 9_000)).toEqual([]);
}, 180_000);
