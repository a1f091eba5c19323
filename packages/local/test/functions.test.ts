import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import { appWith, FIXTURE } from "./support/fixture.ts";
import { Logs } from "./support/logs.ts";

describe("a function", () => {
  const logs = new Logs();
  let local: Local;
  const call = (path: string) => fetch(`${local.resource("Direct").url}${path}`);

  beforeAll(async () => {
    local = await startLocal({ root: FIXTURE, onLog: logs.add });
  }, 20_000);
  afterAll(() => local.stop());

  it("keeps its state between invocations while it is warm", async () => {
    const { invocations } = (await (await call("/")).json()) as { invocations: number };
    expect(await (await call("/")).json()).toEqual({ invocations: invocations + 1 });
  });

  it.each([
    ["waits for ever", "/hang", "Task timed out after 1.00 seconds"],
    ["never yields", "/spin", "Task timed out after 1.00 seconds"],
    ["ends its process", "/crash", "Runtime exited with error: exit status 3"],
    ["throws where nobody catches", "/uncaught", "nobody catches this"],
  ])("that %s fails its invocation, and the next one gets a new sandbox", async (_what, path, message) => {
    const failed = await call(path);
    expect([failed.status, await failed.text()]).toEqual([502, "Internal Server Error"]);
    expect((await logs.until(({ line }) => line.endsWith(message))).functionName).toBe("Direct");

    expect(await (await call("/")).json()).toEqual({ invocations: 1 });
  });

  it("that uses what it is not linked to fails, naming itself and the resource", async () => {
    expect((await call("/unlinked")).status).toBe(502);
    const { line } = await logs.until(({ line }) => line.includes("is not linked"));
    expect(line).toContain('The function "Direct" failed: ');
    expect(line).toContain('"Letters" is not linked in your sst.config.ts to fixture-local-Direct');
  });

  it("has stack traces that name the lines of its sources", async () => {
    const { stack } = (await (await call("/stack")).json()) as { stack: string };
    const [message, top] = stack.split("\n");
    const [, file = "", line] = /\((.*):(\d+):\d+\)$/.exec(top ?? "") ?? [];
    expect([message, top?.trim().split(" ")[1]]).toEqual(["Error: as it was thrown", "direct"]);
    expect(file).toBe(path.join(FIXTURE, "handlers/trials.ts"));
    expect(readFileSync(file, "utf8").split("\n")[Number(line) - 1]).toContain("as it was thrown");
  });

  it("sees its own environment and nothing of this process", async () => {
    const environment = (await (await call("/environment")).json()) as Record<string, string>;
    expect(Object.keys(environment).sort()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL_DYNAMODB",
      "AWS_ENDPOINT_URL_EVENTBRIDGE",
      "AWS_ENDPOINT_URL_SQS",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "GREETING",
      "LANG",
      "SST_RESOURCE_App",
      "TZ",
      "_HANDLER",
      "_X_AMZN_TRACE_ID",
    ]);
    expect(JSON.parse(environment.SST_RESOURCE_App ?? "")).toEqual({ name: "fixture", stage: "local" });
  });
});

describe("functions whose clocks are ahead", () => {
  it("are told a later time, and have no less of it", async () => {
    const handler = `export async function handler(_event, context) {
      return { times: [Date.now(), new Date().getTime()], given: new Date(5).getTime(), left: context.getRemainingTimeInMillis() };
    }`;
    const run = 'return { url: new sst.aws.Function("Direct", { handler: "handler.handler", url: true }).url };';
    await using app = await appWith(run, { handler });
    const aheadMs = 3_600_000;
    const local = await startLocal({ root: app.root, clockAheadMs: aheadMs });
    const beforeMs = Date.now();
    const answer = (await (await fetch(String(local.outputs.url))).json()) as Record<string, unknown>;
    const afterMs = Date.now();
    await local.stop();
    const { times, given, left } = answer as { times: number[]; given: number; left: number };
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(beforeMs + aheadMs);
      expect(time).toBeLessThanOrEqual(afterMs + aheadMs);
    }
    expect(given).toBe(5);
    expect(left).toBeGreaterThan(0);
  });
});
