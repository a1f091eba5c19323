import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import { FIXTURE } from "./support/fixture.ts";

interface Echo {
  event: Record<string, unknown> & { headers: Record<string, string>; requestContext: Record<string, unknown> };
  context: { remaining: number; awsRequestId: string };
}

describe("an HTTP API", () => {
  let local: Local;
  const call = (path: string, init?: RequestInit) => fetch(`${local.outputs.api}${path}`, init);
  const echo = async (path: string, init?: RequestInit) => (await (await call(path, init)).json()) as Echo;

  beforeAll(async () => {
    local = await startLocal({ root: FIXTURE });
  }, 20_000);
  afterAll(() => local.stop());

  it("tells the function about the request as payload format 2.0", async () => {
    const { event } = await echo("/echo/a%20b/c?x=1&y=%C3%A9&x=2", {
      method: "PUT",
      headers: { "content-type": "application/json", cookie: "q=1; r=2", "user-agent": "test", "x-many": "1" },
      body: '{"é": 1}',
    });
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "ANY /echo/{path+}",
      rawPath: "/echo/a b/c",
      rawQueryString: "x=1&y=%C3%A9&x=2",
      cookies: ["q=1", "r=2"],
      queryStringParameters: { x: "1,2", y: "é" },
      pathParameters: { path: "a b/c" },
      body: '{"é": 1}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: "PUT", path: "/echo/a b/c", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
    expect(event.headers).not.toHaveProperty("cookie");
  });

  it.each([
    ["text/plain; charset=utf-8", false],
    ["application/json", false],
    ["application/json; charset=UTF-8", false],
    ["application/json; charset=iso-8859-1", true],
    ["text/csv; charset=windows-1252", true],
    ["application/problem+json", true],
    ["application/x-www-form-urlencoded", true],
    ["application/octet-stream", true],
  ])("hands on a body of %s as base64: %s", async (type, isBase64Encoded) => {
    const { event } = await echo("/echo/x", { method: "POST", headers: { "content-type": type }, body: "a=1" });
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? "YT0x" : "a=1" });
  });

  it("hands on bytes that are not UTF-8 as they are", async () => {
    const body = new Uint8Array([0xff, 0xfe, 0x61, 0x00]);
    const { event } = await echo("/echo/x", { method: "POST", headers: { "content-type": "text/csv" }, body });
    expect(event).toMatchObject({ isBase64Encoded: true, body: Buffer.from(body).toString("base64") });
  });

  it("gives the function its remaining time", async () => {
    const { context } = await echo("/echo/x");
    expect(context.remaining).toBeGreaterThan(1_000);
    expect(context.remaining).toBeLessThanOrEqual(2_000);
    expect(context.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("sends what the function returns", async () => {
    const made = await call("/echo/x?answer=cookies");
    expect([made.status, await made.text()]).toEqual([201, "made"]);
    expect(made.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(made.headers.get("x-own")).toBe("yes");

    const bytes = await (await call("/echo/x?answer=bytes")).bytes();
    expect([...bytes]).toEqual([0, 255, 1]);
  });

  it.each([
    ["an answer that is none", "/echo/x?answer=nonsense", 500, "Internal Server Error"],
    ["an error", "/echo/x?answer=error", 500, "Internal Server Error"],
    ["a timeout", "/echo/x?answer=never", 503, "Service Unavailable"],
    ["an unknown route", "/nowhere", 404, "Not Found"],
    ["a malformed path", "/echo/%zz", 400, "Bad Request"],
  ])("answers %s as AWS does", async (_what, path, status, message) => {
    const response = await call(path);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  it("refuses a body above 10 MB", async () => {
    const response = await call("/echo/x", { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
  });

  it("survives what is not HTTP, and a client that leaves", async () => {
    const port = Number(new URL(String(local.outputs.api)).port);
    const noise = connect(port, "127.0.0.1");
    noise.end("nonsense\r\n\r\n");
    expect(await text(noise)).toMatch(/^HTTP\/1.1 400/);
    const leaver = connect(port, "127.0.0.1");
    leaver.write("POST /echo/x HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc");
    leaver.destroySoon();
    await once(leaver, "close");
    expect((await call("/echo/x")).status).toBe(200);
  });
});
