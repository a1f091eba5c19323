import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalOptions, startLocal } from "../src/local.ts";
import { appWith, sqsClient } from "./support/fixture.ts";
import { Logs } from "./support/logs.ts";

const STACKS = `
  const busy = new sst.aws.Function("Busy", { handler: "handler.hold", timeout: "30 seconds", url: true });
  const own = new sst.aws.Function("Own", {
    handler: "handler.hold", timeout: "30 seconds", url: true, concurrency: { reserved: process.env.RESERVED ? 1 : undefined },
  });
  const webhooks = new sst.aws.Function("Webhooks", { handler: "handler.answer", url: true });
  const api = new sst.aws.ApiGatewayV2("Api");
  api.route("$default", "handler.answer");
  const dead = new sst.aws.Queue("Dead");
  const mortal = new sst.aws.Queue("Mortal", { visibilityTimeout: "1 second", dlq: { queue: dead.arn, retry: 2 } });
  mortal.subscribe({ handler: "handler.work", timeout: "1 second" });
  const patient = new sst.aws.Queue("Patient", { visibilityTimeout: "1 second" });
  patient.subscribe({ handler: "handler.work", timeout: "1 second" });
  return { busy: busy.url, own: own.url, webhooks: webhooks.url, api: api.url };
`;

const HANDLER = `
  export const answer = async () => ({ done: true });
  export const hold = async ({ queryStringParameters: { url } }) => (await fetch(url)).text();
  export async function work({ Records }) {
    for (const { body, attributes } of Records) console.log(body, attributes.ApproximateReceiveCount);
  }
`;

describe("an account", () => {
  const held: ServerResponse[] = [];
  let holder: Server;
  let app: Awaited<ReturnType<typeof appWith>>;
  let stop: (() => Promise<void>) | undefined;
  let logs: Logs;

  beforeEach(async () => {
    app = await appWith(STACKS, { handler: HANDLER });
    held.length = 0;
    logs = new Logs();
    holder = createServer((_request, response) => held.push(response)).listen(0, "127.0.0.1");
    await once(holder, "listening");
  });
  afterEach(async () => {
    holder.closeAllConnections();
    holder.close();
    await stop?.();
    await app[Symbol.asyncDispose]();
  });

  const start = async (options: Partial<LocalOptions>) => {
    const local = await startLocal({ root: app.root, onLog: logs.add, ...options });
    stop = () => local.stop();
    const sqs = sqsClient(local);
    return {
      ask: async (door: "webhooks" | "api") => {
        const response = await fetch(String(local.outputs[door]));
        return [response.status, await response.json()];
      },
      hold: (name: "busy" | "own") => {
        const { port } = holder.address() as AddressInfo;
        return fetch(`${local.outputs[name]}?url=http://127.0.0.1:${port}`);
      },
      send: (queue: string) =>
        sqs.send(new SendMessageCommand({ QueueUrl: String(local.resource(queue).url), MessageBody: "letter" })),
      receive: async (queue: string) => {
        const QueueUrl = String(local.resource(queue).url);
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
        return Messages.map(({ Body }) => Body);
      },
    };
  };
  const release = () => {
    for (const response of held.splice(0)) response.end("released");
    holder
      .removeAllListeners("request")
      .on("request", (_request, response: ServerResponse) => response.end("released"));
  };

  const throttled = { Reason: "ConcurrentInvocationLimitExceeded", Type: "User", message: "Rate Exceeded." };

  it("that runs ten functions has no room for an eleventh: its function URL answers 429, its gateway 503", async () => {
    const { ask, hold } = await start({ accountConcurrency: 10 });
    const eleven = Array.from({ length: 11 }, () => hold("busy"));
    const refused = await Promise.race(eleven);
    expect([refused.status, await refused.json()]).toEqual([429, throttled]);
    expect(await ask("webhooks")).toEqual([429, throttled]);
    expect(await ask("api")).toEqual([503, { message: "Service Unavailable" }]);
    release();
    const statuses = (await Promise.all(eleven)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([...Array(10).fill(200), 429]);
    expect(await ask("webhooks")).toEqual([200, { done: true }]);
  });

  it("without room lets a batch come again after its visibility, and each time counts", async () => {
    const { hold, send } = await start({ accountConcurrency: 1 });
    const one = hold("busy");
    await expect.poll(() => held.length).toBe(1);
    await send("Patient");
    await logs.until(({ line }) => line.includes("PatientSubscriberFunction") && line.includes("throttled"));
    release();
    await one;
    expect(Number((await logs.until(({ line }) => line.startsWith("letter "))).line.split(" ")[1])).toBeGreaterThan(1);
  });

  it("without room lets a batch go to the dead letters that was never worked on", async () => {
    const { hold, send, receive } = await start({ accountConcurrency: 1 });
    const one = hold("busy");
    await expect.poll(() => held.length).toBe(1);
    await send("Mortal");
    expect(await receive("Dead")).toEqual(["letter"]);
    expect(logs.lines.filter(({ line }) => line.startsWith("letter"))).toEqual([]);
    release();
    await one;
  });

  it("keeps for a function what it has reserved, and no more", async () => {
    const { ask, hold } = await start({ accountConcurrency: 101, variables: { RESERVED: "1" } });
    const first = hold("own");
    await expect.poll(() => held.length).toBe(1);
    const second = await hold("own");
    expect([second.status, await second.json()]).toEqual([
      429,
      { ...throttled, Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
    ]);
    expect(await ask("webhooks")).toEqual([200, { done: true }]);
    release();
    expect((await first).status).toBe(200);
  });

  it("of ten functions lets none reserve any", async () => {
    const reserving = start({ accountConcurrency: 10, variables: { RESERVED: "1" } });
    await expect(reserving).rejects.toThrow("below its minimum value of [10]");
  });
});
