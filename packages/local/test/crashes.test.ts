import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InvocationReport } from "../src/functions/function-pool.ts";
import type { Crash } from "../src/functions/worker-protocol.ts";
import { type Local, startLocal } from "../src/local.ts";
import { appWith, FIXTURE, sqsClient } from "./support/fixture.ts";

const PATHS = ["/one", "/two", "/three", "/finally"];
const WILL = path.join(tmpdir(), `promptcall-will-${process.pid}`);

describe("a function whose worker is to die", () => {
  let service: Server;
  let url: string;
  const reached: string[] = [];
  let local: Local;
  let crash: Crash | undefined;
  const reports: InvocationReport[] = [];

  beforeAll(async () => {
    service = createServer((request, response) => {
      reached.push(request.url?.split("?")[0] ?? "");
      request.resume().on("end", () => response.end());
    }).listen(0, "127.0.0.1");
    await once(service, "listening");
    url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    local = await startLocal({
      root: FIXTURE,
      crashes: () => crash,
      onInvocation: (report) => reports.push(report),
    });
  }, 20_000);
  afterAll(async () => {
    await local.stop();
    service.close();
    service.closeAllConnections();
  });
  beforeEach(() => {
    for (const list of [reached, reports]) list.splice(0);
  });

  const invoke = async ({ client, planned }: { client: string; planned?: Crash }) => {
    crash = planned;
    const query = new URLSearchParams({ client, url, will: WILL });
    const { status } = await fetch(`${local.resource("Direct").url}/effects?${query}`);
    crash = undefined;
    return status;
  };
  const effects = (paths: readonly string[]) => paths.map((path) => `POST ${url}${path}`);

  describe.each(["http", "fetch"])("at a request made by %s", (client) => {
    it("lives as ever where nothing is planned, and its requests are reported by name", async () => {
      expect(await invoke({ client })).toBe(200);
      expect(reached).toEqual(PATHS);
      expect(reports).toEqual([
        {
          functionName: "Direct",
          event: expect.objectContaining({ rawPath: "/effects" }),
          outcome: "succeeded",
          effects: effects(PATHS),
        },
      ]);
    });

    it("lives on where it makes fewer requests than that", async () => {
      expect(await invoke({ client, planned: { effect: 5, moment: "before" } })).toBe(200);
      expect(reports).toMatchObject([{ outcome: "succeeded", effects: effects(PATHS) }]);
    });

    it.each([1, 2, 3])("dies at request %i before it has left, and nothing runs on", async (effect) => {
      expect(await invoke({ client, planned: { effect, moment: "before" } })).toBe(502);
      expect(reports).toMatchObject([{ outcome: "crashed", effects: effects(PATHS.slice(0, effect)) }]);
      // What might have left all the same would be here by the time the next invocation is over.
      expect(await invoke({ client })).toBe(200);
      expect(reached).toEqual([...PATHS.slice(0, effect - 1), ...PATHS]);
      expect(existsSync(WILL)).toBe(false);
    });

    it.each([1, 2, 3])("dies at request %i after it was answered, and nothing runs on", async (effect) => {
      expect(await invoke({ client, planned: { effect, moment: "after" } })).toBe(502);
      expect(reports).toMatchObject([{ outcome: "crashed", effects: effects(PATHS.slice(0, effect)) }]);
      expect(await invoke({ client })).toBe(200);
      expect(reached).toEqual([...PATHS.slice(0, effect), ...PATHS]);
      expect(existsSync(WILL)).toBe(false);
    });
  });

  it("gets a new worker for its next invocation", async () => {
    await fetch(`${local.resource("Direct").url}/`);
    await invoke({ client: "http", planned: { effect: 2, moment: "after" } });
    expect(await (await fetch(`${local.resource("Direct").url}/`)).json()).toEqual({ invocations: 1 });
  });
});

it("largestBatch keeps a mapping from handing over more at once, and never makes its batches larger", async () => {
  await using app = await appWith(`
    for (const [name, size] of [["Many", 10], ["Few", 1]]) {
      const queue = new sst.aws.Queue(name);
      queue.subscribe("handler.handler", { batch: { size } });
    }
  `);
  const sizes: Record<string, number[]> = { ManySubscriberFunction: [], FewSubscriberFunction: [] };
  const all = Promise.withResolvers<void>();
  const local = await startLocal({
    root: app.root,
    largestBatch: 2,
    onInvocation: ({ functionName, event }) => {
      const { Records } = event as SQSEvent;
      sizes[functionName]?.push(Records.length);
      if (
        Object.values(sizes)
          .flat()
          .reduce((sum, size) => sum + size) === 8
      )
        all.resolve();
    },
  });
  const Entries = ["a", "b", "c", "d"].map((Id) => ({ Id, MessageBody: Id }));
  const client = sqsClient(local);
  for (const name of ["Many", "Few"])
    await client.send(new SendMessageBatchCommand({ QueueUrl: String(local.resource(name).url), Entries }));
  await all.promise;
  await local.stop();
  expect(sizes.FewSubscriberFunction).toEqual([1, 1, 1, 1]);
  expect(Math.max(...(sizes.ManySubscriberFunction ?? []))).toBeLessThanOrEqual(2);
});
