import { PERMITS, SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import type { Event } from "@promptcall/core/contracts/events";
import type { CallbackRecord } from "@promptcall/functions/ports/callback-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliveriesAt } from "../../packages/functions/test/deliveries-at.ts";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { newAccount } from "../../tools/system/caller.ts";
import { type Harness, startHarness } from "./harness.ts";
import { startReceiver, stopReceivers } from "./receiver.ts";

let harness: Harness;
let unsubscribe: () => Promise<void>;
/** By tid. */
const parked = new Inbox<Event>();
const delivered = new Inbox<Event>();

beforeAll(async () => {
  harness = await startHarness();
  unsubscribe = await subscribe({
    local: harness.system.local,
    name: "callbacks",
    detailTypes: ["callback.parked", "callback.delivered"],
    onEvent: (event) => (event.type === "callback.parked" ? parked : delivered).put(event.metadata.tid, event),
  });
});
afterAll(async () => {
  stopReceivers();
  await unsubscribe();
  await harness.stop();
});

let calls = 0;
/** A call that the carrier refuses, so that its result is there at once. */
function refused(callback: string): { to: string; callback: string } {
  calls += 1;
  return { to: `4477009${String(calls).padStart(3, "0")}10`, callback };
}

const post = (callback: string, fields: Record<string, string> = {}): Promise<string> =>
  harness.post({ ...refused(callback), ...fields });

async function recordOf(tid: string): Promise<CallbackRecord> {
  const { endpoints, resource } = harness.system.local;
  const tableName = String(resource("Calls").name);
  return await deliveriesAt({ endpoint: endpoints.dynamoDb, tableName }).read(tid);
}

/** Every answer on record, by attempt. */
const answersOn = ({ attempts }: CallbackRecord) =>
  attempts.map(({ answer, earlierTries = [] }) => [...earlierTries.map((before) => before.answer), answer]);

describe("a customer whose server hangs", () => {
  // It would hang on in the retries of the other tests.
  afterAll(stopReceivers);

  it("holds up nobody else's results", async () => {
    const hanging = Promise.withResolvers<void>();
    let timedOut = 0;
    const slow = await startReceiver(({ response }) => {
      const begunMs = performance.now();
      // What has no permit is given up after half a second; what has one waits for several.
      response.on("close", () => {
        if (performance.now() - begunMs > 4 * SLOW_AFTER_MS) timedOut += 1;
      });
      // So many wait for it as have a place to, and most of its results are still to come.
      if (slow.requests.length === PERMITS) hanging.resolve();
    });
    const prompt = await startReceiver(({ response }) => response.end());
    const other = newAccount();
    await harness.unlimited(other.applicationId);
    const fields = { app_id: other.applicationId, private_key: other.pem };
    const promptResults = async (count: number) => {
      const tids = await Promise.all(Array.from({ length: count }, () => post(prompt.url, fields)));
      await Promise.all(tids.map((tid) => prompt.inbox.first(tid)));
    };
    // What starts on the first use of it is not to count.
    await promptResults(5);

    // In one request: it is the results that are to compete, and not the requests for them.
    const posted = harness.postBatch({ calls: Array.from({ length: 12 }, () => refused(slow.url)) });
    await hanging.promise;
    await promptResults(5);
    // Whoever had to wait for the slow one would be served once its first request has timed out, and no sooner.
    expect([timedOut, prompt.requests.length]).toEqual([0, 10]);
    expect((await posted).status).toBe(202);
  });
});

describe.concurrent("a result", () => {
  it("that is answered 500 to the last is parked with its reason, the same message every time", async () => {
    const receiver = await startReceiver(({ response }) => response.writeHead(500).end());
    const tid = await post(receiver.url);
    const why = "attempt 5, the last one, ended in 500";
    expect(await parked.first(tid)).toMatchObject({ type: "callback.parked", data: { attempts: 5, why } });
    const record = await recordOf(tid);
    expect(record).toMatchObject({ state: "parked", attempts: [1, 2, 3, 4, 5].map((attempt) => ({ attempt })) });
    expect(answersOn(record).flat()).toEqual(receiver.requests.map(() => 500));
    // All of the burst is one attempt.
    expect(receiver.requests.length).toBeGreaterThan(5);
    expect(new Set(receiver.requests.map(({ webhookId }) => webhookId))).toEqual(new Set([`msg_${tid}`]));
  });

  it("that is answered 500 twice and then taken is delivered, in the first attempt already", async () => {
    const receiver = await startReceiver(({ response, ordinal }) => response.writeHead(ordinal < 3 ? 500 : 200).end());
    const tid = await post(receiver.url);
    expect(await delivered.first(tid)).toMatchObject({ data: { http_status: 200 } });
    const record = await recordOf(tid);
    expect([record.state, answersOn(record).flat()]).toEqual(["delivered", [500, 500, 200]]);
    expect(receiver.requests).toHaveLength(3);
  });

  it("that is redirected is not sent on, and tried again where it was to go", async () => {
    const elsewhere = await startReceiver(({ response }) => response.end());
    const receiver = await startReceiver(({ response, ordinal }) =>
      (ordinal === 1 ? response.writeHead(307, { location: elsewhere.url }) : response).end(),
    );
    const tid = await post(receiver.url);
    expect(await delivered.first(tid)).toMatchObject({ data: { attempt: 2, http_status: 200 } });
    expect(answersOn(await recordOf(tid))).toEqual([[307], [200]]);
    expect(elsewhere.requests).toEqual([]);
  });
});
