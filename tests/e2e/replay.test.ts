import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { ReceiverFailing, ReceiverRecovered } from "@promptcall/core/contracts/application-events";
import type { Event } from "@promptcall/core/contracts/events";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { type Harness, startHarness } from "./harness.ts";
import { npmRun } from "./processes.ts";
import { startReceiver, stopReceivers } from "./receiver.ts";

let harness: Harness;
let unsubscribe: () => Promise<void>;
const told: (ReceiverFailing | ReceiverRecovered)[] = [];
/** By type and tid. */
const events = new Inbox<Event>();

beforeAll(async () => {
  harness = await startHarness();
  unsubscribe = await subscribe({
    local: harness.system.local,
    name: "replay",
    detailTypes: ["callback.parked", "callback.delivered"],
    onEvent: (event) => events.put(`${event.type} ${event.metadata.tid}`, event),
    onReceiver: (event) => told.push(event),
  });
});
afterAll(async () => {
  stopReceivers();
  await unsubscribe();
  await harness.stop();
});

const replay = async (...args: string[]) => {
  const { code, stdout, stderr } = await npmRun(
    ["replay", "--", "--queue", "callbacks", ...args],
    environmentOf(harness.system.local),
  );
  return { code, lines: stdout.trimEnd().split("\n"), stderr };
};

async function deadLetters(): Promise<number> {
  const { endpoints, resource } = harness.system.local;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new SQSClient({ endpoint: endpoints.sqs, region: "us-east-1", credentials });
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: String(resource("CallbacksDeadLetters").url),
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
}

it("parked results are delivered once by a replay, first those asked for, when their server is back", async () => {
  let code = 410;
  const receiver = await startReceiver(({ response }) => response.writeHead(code).end());
  const post = (to: string) => harness.post({ to, callback: receiver.url });
  const [one = "", other = ""] = await Promise.all([post("447700906010"), post("447700906110")]);
  for (const tid of [one, other]) {
    const data = { attempts: 1, why: "the receiver answered 410" };
    expect(await events.first(`callback.parked ${tid}`)).toMatchObject({ data });
  }
  expect([receiver.requests.length, await deadLetters()]).toEqual([2, 2]);

  // Nothing is parked that these fit.
  for (const filter of [
    ["--receiver", "other.example"],
    ["--reason", "timeout"],
    ["--until", "2026-01-31T12:00:00Z"],
  ])
    expect((await replay(...filter)).lines).toEqual(["0 sent again, 2 left."]);

  code = 200;
  const asked = await replay("--tid", one, "--receiver", "127.0.0.1", "--reason", "http_410");
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(asked.lines).toContain(`${one}: sent again as attempt 2`);
  expect(asked.lines.at(-1)).toMatch(/^1 sent again, [1-9]/);
  expect(asked.lines.join()).not.toContain(other);
  const data = { attempt: 2, http_status: 200 };
  expect(await events.first(`callback.delivered ${one}`)).toMatchObject({ data });
  expect([receiver.inbox.all(one).length, receiver.inbox.all(other).length]).toEqual([2, 1]);

  // What was left can be had at once.
  const all = await replay();
  expect(all.lines).toContain(`${other}: sent again as attempt 2`);
  expect(all.lines.at(-1)).toMatch(/ sent again, 0 left\.$/);
  expect(await events.first(`callback.delivered ${other}`)).toMatchObject({ data });
  expect(await deadLetters()).toBe(0);
  expect((await replay("--tid", one)).lines).toEqual([
    `${one}: is not among the dead letters`,
    "0 sent again, 0 left.",
  ]);
  for (const tid of [one, other]) {
    expect(receiver.inbox.all(tid).map(({ webhookId }) => webhookId)).toEqual([`msg_${tid}`, `msg_${tid}`]);
  }
});

it("a receiver that fails five times in a row is told once to be failing, and once to have recovered", async () => {
  const before = told.length;
  let code = 503;
  const receiver = await startReceiver(({ response }) => response.writeHead(code).end());
  const callback = receiver.url.replace("127.0.0.1", "localhost");
  const tids = await Promise.all(
    Array.from({ length: 6 }, (_, index) => harness.post({ to: `4477009061${index}5`, callback })),
  );
  await vi.waitFor(() => expect(told).toHaveLength(before + 1), 30_000);
  expect(told[before]).toMatchObject({
    type: "receiver.failing",
    metadata: { application_id: harness.account.applicationId },
    data: { receiver: "localhost", failures: 5, outcome: "http_503" },
  });
  code = 200;
  for (const tid of tids) await events.first(`callback.delivered ${tid}`);
  await vi.waitFor(() => expect(told).toHaveLength(before + 2), 30_000);
  expect(told[before + 1]).toMatchObject({ type: "receiver.recovered", data: { receiver: "localhost" } });
  expect(told[before + 1]?.data.since).toBe(told[before]?.data.since);
});
