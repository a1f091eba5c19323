import { randomUUID } from "node:crypto";
import type { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Clock } from "@promptcall/functions/ports/clock";
import type { Queue } from "@promptcall/functions/ports/queue";
import { clock as realClock } from "@promptcall/functions/runtime/system-clock";
import { queue as realQueue, type Timed } from "@promptcall/functions/sqs/queue";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Arrival,
  arrivalsAt,
  type LocalQueues,
  startQueues,
} from "../../../functions/test/conformance/local-cloud.ts";
import { Sqs } from "../../src/cloud/sqs.ts";
import { FAULTS } from "../../src/world/faults.ts";
import { Random } from "../../src/world/random.ts";
import { Scheduler } from "../../src/world/scheduler.ts";

type Message = Timed & { readonly text: string };

interface Subject {
  readonly queue: Queue<Message>;
  readonly clock: Clock;
  /** The delays asked for, in seconds, in the order of sending. */
  readonly delays: readonly number[];
  /** Whatever arrives, once so many did. */
  arrivals(count: number): Promise<readonly Arrival[]>;
}

async function fake(): Promise<Subject> {
  const scheduler = new Scheduler(new Random(1));
  const declared = { name: "queue", visibilityTimeoutSeconds: 60, delaySeconds: 0 };
  const sqs = new Sqs({ scheduler, faults: FAULTS.none, declared });
  const arrived: Arrival[] = [];
  sqs.subscribe(() => {
    for (const message of sqs.receive(10)) {
      arrived.push({ body: message.body, atMs: scheduler.nowMs });
      sqs.delete(message);
    }
  });
  const delays: number[] = [];
  const clock = { now: () => new Date(scheduler.nowMs) };
  const mailbox = {
    put(body: string, delaySeconds: number) {
      delays.push(delaySeconds);
      sqs.put({ body, delaySeconds });
    },
  };
  return {
    queue: fakeQueue<Message>({ mailbox, clock }),
    clock,
    delays,
    async arrivals() {
      await scheduler.run({ daysMax: 1, stepsMax: 10_000 });
      return arrived;
    },
  };
}

async function real(queues: LocalQueues): Promise<Subject> {
  const { client } = queues;
  const { url } = await queues.create(randomUUID());
  const delays: number[] = [];
  const send: typeof client.send = client.send.bind(client);
  const listening = Object.assign(Object.create(client), {
    send(command: SendMessageCommand) {
      delays.push(command.input.DelaySeconds ?? 0);
      return send(command);
    },
  });
  return {
    queue: realQueue<Message>({ client: listening, queueUrl: url, clock: realClock }),
    clock: realClock,
    delays,
    arrivals: (count) => arrivalsAt({ client, url, count }),
  };
}

const message = (text: string): Message => ({ v: 1, text });

describe.each([
  { name: "the fake", starting: async () => fake },
  {
    name: "SQS",
    starting: async () => {
      const queues = await startQueues();
      return () => real(queues);
    },
  },
])("$name, as a queue", ({ starting }) => {
  let start: () => Promise<Subject>;
  beforeAll(async () => {
    start = await starting();
  });

  const inSeconds = ({ clock }: Subject, seconds: number) =>
    new Date(clock.now().getTime() + seconds * 1000).toISOString();
  const textsOf = (arrivals: readonly Arrival[]) => arrivals.map(({ body }) => JSON.parse(body).text);

  it.each([
    ["of every script", "Grüße, 请输入密码, أدخل الرمز, 🔐👩‍👩‍👧"],
    ["of signs that are written in other ways", "\"\\/\b\f\n\r\t\u0000\u2028\u2029\ud800\ufffe\uffff<&>'"],
    ["of nothing", ""],
    ["of 200 kB", "ä".repeat(100_000)],
  ])("hands over a text %s once and as it was", async (_, text) => {
    const { queue, arrivals } = await start();
    await queue.send(message(text));
    expect((await arrivals(1)).map(({ body }) => JSON.parse(body))).toStrictEqual([message(text)]);
  });

  it("hands over many that were sent at once, each of them once", async () => {
    const { queue, arrivals } = await start();
    const texts = Array.from({ length: 25 }, (_, index) => `message ${index}`);
    await Promise.all(texts.map((text) => queue.send(message(text))));
    expect(textsOf(await arrivals(25)).toSorted()).toEqual(texts.toSorted());
  });

  it.each([-86_400, -0.001, 0])("hands over at once what was not to come before %s s from now", async (seconds) => {
    const subject = await start();
    const timed = { ...message("now"), not_before: inSeconds(subject, seconds) };
    await subject.queue.send(timed);
    expect((await subject.arrivals(1)).map(({ body }) => JSON.parse(body))).toStrictEqual([timed]);
    expect(subject.delays).toEqual([0]);
  });

  it("asks for no delay when no time is named", async () => {
    const { queue, delays } = await start();
    await queue.send(message("now"));
    expect(delays).toEqual([0]);
  });

  it.each([0.4, 1])("hands over no sooner what is not to come before %s s from now", async (seconds) => {
    const subject = await start();
    const not_before = inSeconds(subject, seconds);
    await subject.queue.send({ ...message("later"), not_before });
    await subject.queue.send(message("now"));
    const arrivals = await subject.arrivals(2);
    expect(textsOf(arrivals)).toEqual(["now", "later"]);
    expect(arrivals[1]?.atMs).toBeGreaterThanOrEqual(Date.parse(not_before));
    expect(subject.delays).toEqual([1, 0]);
  });

  it.each([
    ["a moment short of two minutes", 119.5, 120],
    ["at the longest delay there is", 900, 900],
    ["beyond it", 901, 900],
    ["a month off", 30 * 86_400, 900],
  ])("is asked for whole seconds and never for more than 900: %s", async (_, seconds, delay) => {
    const subject = await start();
    await subject.queue.send({ ...message("later"), not_before: inSeconds(subject, seconds) });
    expect(subject.delays).toEqual([delay]);
  });

  it("rejects what is longer than it takes", async () => {
    const { queue, arrivals } = await start();
    await expect(queue.send(message("x".repeat(1024 * 1024)))).rejects.toThrow();
    expect(await arrivals(0)).toEqual([]);
  });
});
