import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { apiApp } from "../../src/api/app.ts";
import { consumer, foldingConsumer } from "../../src/sqs/consumer.ts";
import { nameIds } from "../../src/telemetry/ids.ts";
import { log } from "../../src/telemetry/log.ts";
import { webhooksApp } from "../../src/webhooks/app.ts";
import { apiFixture, BEARER, PARAMETERS } from "../api/given.ts";
import { OTHER_TID, TID } from "../given.ts";
import { batch } from "../sqs.ts";
import { statusUrl, webhookFixture } from "../webhooks/given.ts";
import { written } from "../written.ts";

const invocation = (awsRequestId: string) => ({ awsRequestId }) as Context;

const idsOf = (lines: readonly Record<string, unknown>[]) =>
  lines.map(({ message, request_id, message_id, tid, batch_id }) => ({
    message,
    ...(request_id !== undefined && { request_id }),
    ...(message_id !== undefined && { message_id }),
    ...(tid !== undefined && { tid }),
    ...(batch_id !== undefined && { batch_id }),
  }));

describe("the log lines of one SQS batch", () => {
  const MessageSchema = z.object({ tid: z.uuid(), fails: z.optional(z.boolean()) });

  /** Each handler goes on, step by step, only when all of the others have come as far. */
  function inStep(count: number) {
    let arrived: (() => void)[] = [];
    return () =>
      new Promise<void>((resolve) => {
        arrived.push(resolve);
        if (arrived.length < count) return;
        for (const goOn of arrived) goOn();
        arrived = [];
      });
  }

  it("name each its own call, and what has failed its message and invocation, although all are handled at the same time", async () => {
    const meet = inStep(3);
    const lines = log("timers");
    const run = consumer({
      schema: MessageSchema,
      log: lines,
      async handle({ fails }) {
        lines.info({ event: "loop.early" });
        await meet();
        lines.info({ event: "loop.stale" });
        await meet();
        if (fails) throw new Error("no");
        return { event: "timer.settle" };
      },
    });
    const third = "0b241101-e2bb-4255-8caf-4136c566a964";
    const event = batch({ tid: TID }, { tid: OTHER_TID, fails: true }, { tid: third });
    const logged = await written(() => run(event, invocation("r1")));
    const of = (tid: string, last: string, ids = {}) => [
      { message: "loop.early", tid },
      { message: "loop.stale", tid },
      { message: last, ...ids, tid },
    ];
    const byCall = Map.groupBy(idsOf(logged), ({ tid }) => tid);
    expect(Object.fromEntries(byCall)).toEqual({
      [TID]: of(TID, "timer.settle"),
      [OTHER_TID]: of(OTHER_TID, "message.failed", { request_id: "r1", message_id: "m2" }),
      [third]: of(third, "timer.settle"),
    });
    expect(logged.map(({ message }) => message).slice(0, 3)).toEqual(["loop.early", "loop.early", "loop.early"]);
  });

  it("name the call of messages that are handled as one, and each message by itself when that fails", async () => {
    const fold = vi.fn(async () => ({ event: "event.reduced" as const }));
    const run = foldingConsumer({ schema: MessageSchema, of: ({ tid }) => tid, fold, log: log("reducer") });
    const event = batch({ tid: TID }, { tid: OTHER_TID }, { tid: TID });
    expect(idsOf(await written(() => run(event, invocation("r1"))))).toEqual([
      { message: "event.reduced", tid: TID },
      { message: "event.reduced", tid: OTHER_TID },
    ]);
    fold.mockRejectedValue(new Error("no"));
    expect(idsOf(await written(() => run(batch({ tid: TID }, { tid: TID }), invocation("r2"))))).toEqual([
      { message: "message.failed", request_id: "r2", message_id: "m1", tid: TID },
      { message: "message.failed", request_id: "r2", message_id: "m2", tid: TID },
    ]);
  });

  it("name what the work itself has found out, from then on and nowhere else", async () => {
    const lines = log("dialer");
    const run = consumer({
      schema: z.object({ found: z.optional(z.uuid()) }),
      log: lines,
      async handle({ found }) {
        if (found !== undefined) nameIds({ tid: found });
        return { event: "dial.placed" };
      },
    });
    expect(idsOf(await written(() => run(batch({ found: TID }, {}), invocation("r1"))))).toEqual([
      { message: "dial.placed", tid: TID },
      { message: "dial.placed", request_id: "r1", message_id: "m2" },
    ]);
    nameIds({ tid: TID });
    expect(idsOf(await written(() => lines.info({ event: "dial.placed" })))).toEqual([{ message: "dial.placed" }]);
  });
});

describe("the log lines of a request", () => {
  type Handle = (event: APIGatewayProxyEventV2, context: Context) => Promise<object>;

  async function ask(handle: Handle, { requestId, url, body }: { requestId: string; url: string; body?: unknown }) {
    const { host, pathname, search } = new URL(url, "https://api.example");
    const event = {
      version: "2.0",
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers: { host, "content-type": "application/json", ...BEARER },
      requestContext: { requestId, domainName: host, http: { method: "POST", path: pathname } },
      body: JSON.stringify(body ?? {}),
      isBase64Encoded: false,
    };
    const answer = await handle(event as unknown as APIGatewayProxyEventV2, invocation("invoked"));
    const { body: text = "" } = answer as { body?: string };
    return text === "" ? undefined : JSON.parse(text);
  }

  it("name it as its caller knows it, and its call: whether accepted, refused or failed", async () => {
    const { fixture } = apiFixture();
    const app = apiApp({ ...fixture, log: log("api") });
    const answers: { tid?: string; batch_id?: string }[] = [];
    const post = async (requestId: string, body: unknown) =>
      void answers.push(await ask(app, { requestId, url: "/call", body }));
    const logged = await written(async () => {
      await post("r1", PARAMETERS);
      await post("r2", { ...PARAMETERS, to: "secret" });
      vi.spyOn(fixture.loops, "read").mockRejectedValueOnce(new Error("down"));
      await post("r3", PARAMETERS);
      await post("r4", { defaults: PARAMETERS, calls: [{}, {}] });
    });
    expect(idsOf(logged)).toEqual([
      { message: "call.accepted", request_id: "r1", tid: answers[0]?.tid },
      { message: "call.rejected", request_id: "r2" },
      { message: "api.failed", request_id: "r3" },
      { message: "batch.accepted", request_id: "r4", batch_id: answers[3]?.batch_id },
    ]);
    expect([answers[0]?.tid, answers[3]?.batch_id]).toEqual([expect.any(String), expect.any(String)]);
  });

  it("are not mixed up where two are worked on at the same time", async () => {
    const { fixture } = apiFixture();
    const app = apiApp({ ...fixture, log: log("api") });
    const { ownerOf } = fixture.owners;
    const both = Promise.withResolvers<void>();
    let asking = 0;
    vi.spyOn(fixture.owners, "ownerOf").mockImplementation(async (applicationId) => {
      asking += 1;
      if (asking === 2) both.resolve();
      await both.promise;
      return await ownerOf(applicationId);
    });
    const answers: { tid: string }[] = [];
    const logged = await written(async () => {
      const asked = ["r1", "r2"].map((requestId) => ask(app, { requestId, url: "/call", body: PARAMETERS }));
      answers.push(...(await Promise.all(asked)));
    });
    const byRequest = idsOf(logged).toSorted((a, b) => String(a.request_id).localeCompare(String(b.request_id)));
    expect(byRequest).toEqual(
      ["r1", "r2"].map((request_id, index) => ({ message: "call.accepted", request_id, tid: answers[index]?.tid })),
    );
  });

  it("name a webhook's call once its token has shown that it is one", async () => {
    const { fixture } = await webhookFixture();
    const app = webhooksApp({ ...fixture, log: log("webhooks") });
    const logged = await written(async () => {
      await ask(app, { requestId: "r1", url: statusUrl(), body: { status: "busy", uuid: "u" } });
      await ask(app, { requestId: "r2", url: statusUrl().replace(TID, OTHER_TID), body: { status: "busy" } });
      vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("down"));
      await ask(app, { requestId: "r3", url: statusUrl(), body: { status: "busy", uuid: "u" } });
    });
    expect(idsOf(logged)).toEqual([
      { message: "webhook.status", tid: TID },
      { message: "webhook.forged", request_id: "r2" },
      { message: "webhook.failed", request_id: "r3", tid: TID },
    ]);
  });
});
