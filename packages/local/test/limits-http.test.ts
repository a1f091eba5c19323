import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiEndpoint, httpHandler } from "../src/http/endpoint.ts";
import { startHttpServer } from "../src/http/server.ts";
import { LIMITS } from "../src/limits.ts";
import { type Local, startLocal } from "../src/local.ts";
import { appWith } from "./support/fixture.ts";
import { Logs } from "./support/logs.ts";

const STACKS = `
  const api = new sst.aws.ApiGatewayV2("Api");
  api.route("$default", "handler.handler");
  const direct = new sst.aws.Function("Direct", { handler: "handler.handler", url: true });
  return { api: api.url, direct: direct.url };
`;

/** Answers with as many bytes of JSON as it is asked for, or tells how many the event has. */
const HANDLER = `
  export async function handler(event) {
    const { bytes, rows } = event.queryStringParameters ?? {};
    if (bytes !== undefined) return "a".repeat(Number(bytes) - 2);
    if (rows !== undefined) {
      const body = Buffer.from((JSON.stringify({ text: "r".repeat(480) }) + "\\n").repeat(Number(rows)));
      const headers = { "content-type": "application/x-ndjson" };
      return { statusCode: 200, headers, body: body.toString("base64"), isBase64Encoded: true };
    }
    return { bytes: Buffer.byteLength(JSON.stringify(event)) };
  }
`;

describe.each(["api", "direct"] as const)("a function behind %s", (door) => {
  const logs = new Logs();
  let app: Awaited<ReturnType<typeof appWith>>;
  let local: Local;
  const call = (path: string, init?: RequestInit) => fetch(`${local.outputs[door]}${path}`, init);
  const post = (body: string, type: string) => call("/", { method: "POST", headers: { "content-type": type }, body });
  const refusal = {
    api: {
      request: { message: "Request Entity Too Large" },
      response: [500, '{"message":"Internal Server Error"}'],
    },
    direct: {
      request: {
        Type: "User",
        message: `Request must be smaller than ${LIMITS.lambda.requestBytes} bytes for the InvokeFunction operation`,
      },
      response: [502, "Internal Server Error"],
    },
  }[door];

  beforeAll(async () => {
    app = await appWith(STACKS, { handler: HANDLER });
    local = await startLocal({ root: app.root, onLog: logs.add });
  }, 20_000);
  afterAll(async () => {
    await local.stop();
    await app[Symbol.asyncDispose]();
  });

  it("is handed 6,291,456 bytes, and not one more", async () => {
    const measured = await post("a".repeat(1_000_000), "text/plain");
    const { bytes } = (await measured.json()) as { bytes: number };
    const most = LIMITS.lambda.requestBytes - bytes + 1_000_000;
    const [fits, over] = [await post("a".repeat(most), "text/plain"), await post("a".repeat(most + 1), "text/plain")];
    expect([fits.status, await fits.json()]).toEqual([200, { bytes: LIMITS.lambda.requestBytes }]);
    expect([over.status, await over.json()]).toEqual([413, refusal.request]);
  });

  it("is handed what is not text with a third more", async () => {
    const body = "a".repeat(4_750_000);
    expect((await post(body, "text/plain")).status).toBe(200);
    const encoded = await post(body, "application/octet-stream");
    expect([encoded.status, await encoded.json()]).toEqual([413, refusal.request]);
  });

  it("answers with 6,291,556 bytes, and not with one more", async () => {
    const fits = await call(`/?bytes=${LIMITS.lambda.responseBytes}`);
    expect([fits.status, (await fits.text()).length]).toEqual([200, LIMITS.lambda.responseBytes - 2]);
    const over = await call(`/?bytes=${LIMITS.lambda.responseBytes + 1}`);
    expect([over.status, await over.text()]).toEqual(refusal.response);
    await logs.until(({ line }) => line.endsWith("maximum allowed payload size (6291556 bytes)."));
  });

  it("cannot answer with 10,000 lines of half a kilobyte that are not declared as text", async () => {
    expect((await call("/?rows=9000")).status).toBe(200);
    const over = await call("/?rows=10000");
    expect([over.status, await over.text()]).toEqual(refusal.response);
  });
});

describe("a gateway", () => {
  const open = async (args: { timeoutSeconds: number; invoke: () => Promise<unknown> }) => {
    const kind = apiEndpoint({
      apiId: "api",
      timeoutSeconds: args.timeoutSeconds,
      routes: [{ routeKey: "$default", functionName: "Any" }],
    });
    const handle = httpHandler({ kind, poolOf: () => Promise.resolve({ invoke: args.invoke }) });
    const server = await startHttpServer({ port: 0, handle });
    return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
  };

  it("answers 503 when its own time is up, and the function works on", async () => {
    const work = Promise.withResolvers<unknown>();
    await using gateway = await open({ timeoutSeconds: 0.01, invoke: () => work.promise });
    const response = await fetch(gateway.url);
    expect([response.status, await response.json()]).toEqual([503, { message: "Service Unavailable" }]);
    work.reject(new Error("nobody hears of it"));
  });

  it("takes 10,240 bytes of request line and header values, and not one more", async () => {
    await using gateway = await open({ timeoutSeconds: 30, invoke: () => Promise.resolve({ done: true }) });
    const { host } = new URL(gateway.url);
    const rest = ["GET / HTTP/1.1", host, "close"].join("").length;
    const ask = async (bytes: number) => {
      const headers = { host, connection: "close", "x-long": "a".repeat(bytes - rest) };
      const [response] = (await once(request(gateway.url, { headers }).end(), "response")) as [IncomingMessage];
      return [response.statusCode, await json(response)];
    };
    expect(await ask(LIMITS.gateway.headerBytes)).toEqual([200, { done: true }]);
    expect(await ask(LIMITS.gateway.headerBytes + 1)).toEqual([431, { message: "Request Header Fields Too Large" }]);
  });
});
