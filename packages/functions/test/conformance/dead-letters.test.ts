import { randomUUID } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { PartialFailureError } from "../../src/errors.ts";
import type { DeadLetters, DeadMessage } from "../../src/ports/dead-letters.ts";
import { clock } from "../../src/runtime/system-clock.ts";
import { deadLetters as realDeadLetters } from "../../src/sqs/dead-letters.ts";
import { fakeDeadLetters } from "../../testing/dead-letters.ts";
import { type LocalQueues, startQueues } from "./local-cloud.ts";

const HELD_MS = 300_000;

interface Subject {
  readonly deadLetters: DeadLetters;
  put(body: string): Promise<void>;
}

async function fake(): Promise<Subject> {
  const deadLetters = fakeDeadLetters({ clock });
  return { deadLetters, put: async (body) => deadLetters.put(body) };
}

async function real({ client, create }: LocalQueues): Promise<Subject> {
  const { url } = await create(randomUUID());
  return {
    deadLetters: realDeadLetters({ client, queueUrl: url }),
    async put(body) {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
    },
  };
}

describe.each([
  { name: "the fake", starting: async () => fake },
  {
    name: "SQS",
    starting: async () => {
      const queues = await startQueues();
      return () => real(queues);
    },
  },
])("$name, as dead letters", ({ starting }) => {
  let start: () => Promise<Subject>;
  let subject: Subject;
  beforeAll(async () => {
    start = await starting();
  });
  beforeEach(async () => {
    // The queue on this machine goes by the same time.
    vi.useFakeTimers({ toFake: ["Date"] });
    subject = await start();
  });
  afterEach(() => void vi.useRealTimers());

  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
  const put = async (...bodies: string[]) => {
    for (const body of bodies) await subject.put(body);
  };
  /** So many, in as many batches as that takes. */
  const receive = async (count: number): Promise<readonly DeadMessage[]> => {
    const received: DeadMessage[] = [];
    while (received.length < count) {
      const batch = await subject.deadLetters.receive();
      if (batch.length === 0) throw new Error(`there are no more than ${received.length}`);
      received.push(...batch);
    }
    return received;
  };
  const bodiesOf = (messages: readonly DeadMessage[]) => messages.map(({ body }) => body).toSorted();
  const receiveOne = async (): Promise<DeadMessage> => {
    const [message, ...more] = await receive(1);
    if (message === undefined || more.length > 0) throw new Error(`there are ${more.length + 1}`);
    return message;
  };

  it("are none when there are none", async () => {
    expect(await subject.deadLetters.receive()).toEqual([]);
  });

  it.each([
    ["of several scripts", JSON.stringify({ text: "Grüße, 请输入密码, أدخل الرمز" })],
    ["with signs that are written in other ways", "\"\\/\n\r\t<&>'"],
    ["that is no JSON", " } "],
  ])("hand out a text %s as it was", async (_, body) => {
    await put(body);
    expect(await receiveOne()).toStrictEqual({ id: expect.any(String), receipt: expect.any(String), body });
  });

  it("are handed out once each, some at a time, until there are no more", async () => {
    const bodies = Array.from({ length: 25 }, (_, index) => `letter ${index}`);
    await put(...bodies);
    const messages = await receive(25);
    expect(bodiesOf(messages)).toEqual(bodies.toSorted());
    expect(new Set(messages.map(({ id }) => id)).size).toBe(25);
    expect(await subject.deadLetters.receive()).toEqual([]);
  });

  it("tell two of the same text apart", async () => {
    await put("same", "same");
    const [one, other] = await receive(2);
    expect(one?.id).not.toBe(other?.id);
  });

  it("are held from whoever comes next", async () => {
    await put("one");
    await receiveOne();
    await put("other");
    expect(await receiveOne()).toMatchObject({ body: "other" });
  });

  it("that nobody gave back come back by themselves, after a while and no sooner", async () => {
    await put("one");
    const before = await receiveOne();
    pass(HELD_MS - 1);
    await put("other");
    expect(await receiveOne()).toMatchObject({ body: "other" });
    pass(1);
    const after = await receiveOne();
    expect(after).toEqual({ ...before, receipt: expect.any(String) });
    expect(after.receipt).not.toBe(before.receipt);
  });

  it("that were removed never come back, and the others do", async () => {
    await put("one", "other");
    const messages = await receive(2);
    for (const message of messages) if (message.body === "one") await subject.deadLetters.remove(message);
    pass(HELD_MS);
    expect(await receiveOne()).toMatchObject({ body: "other" });
  });

  it("can be removed twice", async () => {
    await put("one");
    const message = await receiveOne();
    for (const _ of [1, 2]) await subject.deadLetters.remove(message);
    pass(HELD_MS);
    expect(await subject.deadLetters.receive()).toEqual([]);
  });

  it("that were released can be had again at once, under the same id and with another receipt", async () => {
    await put("one");
    const before = await receiveOne();
    await subject.deadLetters.release([before]);
    const after = await receiveOne();
    expect(after).toEqual({ ...before, receipt: expect.any(String) });
    expect(after.receipt).not.toBe(before.receipt);
  });

  it("are held again when they are received again", async () => {
    await put("one");
    await subject.deadLetters.release([await receiveOne()]);
    await receiveOne();
    await put("other");
    expect(await receiveOne()).toMatchObject({ body: "other" });
  });

  it("stay held when others are released", async () => {
    await put("one", "other");
    const messages = await receive(2);
    await subject.deadLetters.release(messages.filter(({ body }) => body === "one"));
    expect(await receiveOne()).toMatchObject({ body: "one" });
  });

  it("can be released in any number", async () => {
    const bodies = Array.from({ length: 25 }, (_, index) => `letter ${index}`);
    await put(...bodies);
    await subject.deadLetters.release([]);
    await subject.deadLetters.release(await receive(25));
    expect(bodiesOf(await receive(25))).toEqual(bodies.toSorted());
  });

  it("cannot be removed or released with an old receipt", async () => {
    await put("one");
    const before = await receiveOne();
    pass(HELD_MS);
    const after = await receiveOne();
    await subject.deadLetters.remove(before);
    await expect(subject.deadLetters.release([before])).rejects.toThrow(PartialFailureError);
    await put("other");
    expect(await receiveOne()).toMatchObject({ body: "other" });
    await subject.deadLetters.release([after]);
    expect(await receiveOne()).toMatchObject({ body: "one" });
  });

  it("are given back even if one of them cannot be, which is an error", async () => {
    await put("one", "other");
    const messages = await receive(2);
    for (const message of messages) if (message.body === "one") await subject.deadLetters.remove(message);
    await expect(subject.deadLetters.release(messages)).rejects.toThrow(PartialFailureError);
    expect(await receiveOne()).toMatchObject({ body: "other" });
  });

  it("cannot be released twice", async () => {
    await put("one");
    const message = await receiveOne();
    await subject.deadLetters.release([message]);
    await expect(subject.deadLetters.release([message])).rejects.toThrow(PartialFailureError);
    expect(await receiveOne()).toMatchObject({ body: "one" });
  });
});
