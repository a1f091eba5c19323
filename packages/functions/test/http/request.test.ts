import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import { webhooksApp } from "../../src/webhooks/app.ts";
import { apiFixture, BEARER } from "../api/given.ts";
import { TID } from "../given.ts";
import { digitsUrl, statusUrl, webhookFixture } from "../webhooks/given.ts";

interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function ask(
  handle: (event: APIGatewayProxyEventV2) => Promise<object>,
  { method, path, headers = {}, body, isBase64Encoded = false }: Asked & { method: string; path: string },
): Promise<Answer> {
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  const event = {
    version: "2.0",
    rawPath,
    rawQueryString,
    headers: { host: "api.example", ...headers },
    requestContext: { domainName: "api.example", http: { method, path: rawPath } },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
  return (await handle(event as unknown as APIGatewayProxyEventV2)) as Answer;
}

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

const JSON_TYPE = { "content-type": "application/json" };
const typed = (type: string) => ({ headers: { ...BEARER, "content-type": type } });

/** Nothing in every form in which it can come, and something where nothing is expected. */
const BODIES: Record<string, Asked> = {
  "no body": { headers: BEARER },
  "no body of a media type": { headers: { ...BEARER, ...JSON_TYPE } },
  "an empty text": { headers: { ...BEARER, ...JSON_TYPE }, body: "" },
  "an empty form": { ...typed("application/x-www-form-urlencoded"), body: "", isBase64Encoded: true },
  "an empty CSV": { ...typed("text/csv"), body: "" },
  "a CSV of a line end": { ...typed("text/csv"), body: "\r\n" },
  "an empty NDJSON": { ...typed("application/x-ndjson"), body: "", isBase64Encoded: true },
  "a body without a media type": { headers: BEARER, body: btoa("to=1"), isBase64Encoded: true },
  "a body that means nothing": { headers: { ...BEARER, ...JSON_TYPE }, body: "{}" },
  "no headers at all": { headers: {} },
};

const paths = ["/call", `/call/${TID}`, `/batch/${TID}`, `/batch/${TID}/results`, "/setup", "/health", "/openapi.json"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

describe.each(Object.entries(BODIES))("a request with %s", (_, asked) => {
  it.each(paths.flatMap((path) => METHODS.map((method) => [method, path] as const)))(
    "is answered in our own words: %s %s",
    async (method, path) => {
      const complaint = vi.spyOn(console, "error");
      const { fixture, handler } = apiFixture();
      const { statusCode, headers, body } = await ask(handler, { method, path, ...asked });
      expect(headers["content-type"]).toBe(statusCode === 200 ? "application/json" : "application/problem+json");
      expect(statusCode === 200 ? method : JSON.parse(body).status).toBe(statusCode === 200 ? "GET" : statusCode);
      expect(statusCode).toBeLessThan(500);
      expect([fixture.log.failures, complaint.mock.calls]).toEqual([[], []]);
    },
  );

  it.each([statusUrl(), digitsUrl(1)])("is no webhook that fails: %s", async (url) => {
    for (const method of METHODS) {
      const { fixture } = await webhookFixture();
      const { statusCode } = await ask(webhooksApp(fixture), { method, path: new URL(url).pathname, ...asked });
      // To the digits an empty object is silence.
      expect([200, 204, 400, 404]).toContain(statusCode);
      expect(fixture.log.failures).toEqual([]);
    }
  });
});

describe("a call that is posted", () => {
  it.each<[string, Asked, number, string]>([
    ["as empty JSON", { ...typed("application/json"), body: "" }, 400, "invalid_json"],
    ["as an empty form", { ...typed("application/x-www-form-urlencoded"), body: "" }, 400, "invalid_request"],
    ["as an empty CSV", { ...typed("text/csv"), body: "" }, 400, "empty_batch"],
    ["as an empty NDJSON", { ...typed("application/x-ndjson"), body: "" }, 400, "empty_batch"],
    ["as nothing at all", { headers: BEARER }, 415, "unsupported_media_type"],
  ])("%s is refused for what it is", async (_, asked, status, code) => {
    const { statusCode, body } = await ask(apiFixture().handler, { method: "POST", path: "/call", ...asked });
    expect([statusCode, JSON.parse(body).type]).toEqual([status, `urn:promptcall:problem:${code}`]);
  });
});
