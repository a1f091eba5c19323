import { describe, expect, it } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import { openApiDocument } from "../../src/api/openapi/openapi.ts";
import { requests } from "../../testing/requests.ts";
import { answerOf, apiFixture, BEARER } from "./given.ts";

const problem = (status: number, title: string, code: string, detail: string) => ({
  status,
  type: "application/problem+json",
  body: { type: `urn:promptcall:problem:${code}`, title, status, detail },
});

describe("a path of the interface", () => {
  it.each([
    ["GET", "/call", "POST"],
    ["PUT", "/call", "POST"],
    ["DELETE", "/call", "POST"],
    ["POST", "/calls", "GET"],
    ["GET", "/calls/replay", "POST"],
    ["DELETE", "/application", "GET, PUT"],
    ["POST", "/setup", "GET"],
    ["POST", "/health", "GET"],
    ["PATCH", "/openapi.json", "GET"],
    ["POST", "/asyncapi.json", "GET"],
  ])("answers %s %s with the method that is allowed", async (method, path, allowed) => {
    const response = await apiFixture().app.request(path, { method, headers: BEARER });
    expect(response.headers.get("allow")).toBe(allowed);
    expect(await answerOf(response)).toEqual(
      problem(405, "Method Not Allowed", "wrong_method", `Use ${allowed} here.`),
    );
  });

  it.each(["/", "/called", "/call/", "/call/1", "/calls/", "/CALL"])("is not %s", async (path) => {
    const response = await apiFixture().app.request(path, { method: "POST", headers: BEARER });
    expect(await answerOf(response)).toEqual(
      problem(404, "Not Found", "unknown_path", "There is nothing at this path."),
    );
  });
});

it("a problem names its request as its header does", async () => {
  const env = { requestContext: { requestId: "request-1" } };
  const response = await apiFixture().app.request("/nowhere", {}, env);
  expect([await response.json(), response.headers.get("x-request-id")]).toMatchObject([
    { request_id: "request-1" },
    "request-1",
  ]);
});

describe("an answer", () => {
  const env = { requestContext: { requestId: "request-1" } };
  it.each([
    ["POST", "/call"],
    ["GET", "/call/1"],
    ["GET", "/nowhere"],
    ["PUT", "/call"],
    ["GET", "/health"],
  ])("to %s %s is kept by nobody, is nothing else than it says, and names its request", async (method, path) => {
    const { headers } = await apiFixture().app.request(path, { method }, env);
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": "request-1",
    });
  });

  it.each(["/openapi.json", "/asyncapi.json"])("may be kept where it is a document (%s)", async (path) => {
    const { headers } = await apiFixture().app.request(path);
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual([null, "nosniff"]);
  });

  it("has them where a part of the cloud is down, too", async () => {
    const { fixture } = apiFixture();
    const app = requests(apiApp({ ...fixture, parts: { table: () => Promise.reject(new Error("down")) } }));
    expect((await app.request("/health")).headers.get("cache-control")).toBe("no-store");
  });
});

describe.each(["/setup", "/health"])("%s", (path) => {
  it("is ok when every part answers", async () => {
    const response = await apiFixture().app.request(path);
    expect(await answerOf(response)).toEqual({ status: 200, type: "application/json", body: { result: "ok" } });
  });

  it("names each part that does not answer, and no other", async () => {
    const { fixture } = apiFixture();
    const down = new Error("down");
    const broken = () => Promise.reject(down);
    const response = await requests(
      apiApp({ ...fixture, parts: { ...fixture.parts, table: broken, bus: broken } }),
    ).request(path);
    const detail = "These do not answer: table, bus.";
    expect(await answerOf(response)).toEqual(problem(503, "Service Unavailable", "unhealthy", detail));
    expect(fixture.log.failures).toEqual([
      { event: "health.failed", error: down, part: "table" },
      { event: "health.failed", error: down, part: "bus" },
    ]);
  });
});

describe("the description of the interface", () => {
  // `npm run openapi` writes it.
  it("is the one that the schemas make", async () => {
    const served = await answerOf(await apiFixture().app.request("/openapi.json"));
    expect(served.body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it("has that of the events beside it", async () => {
    const { status, body } = await answerOf(await apiFixture().app.request("/asyncapi.json"));
    expect([status, body.asyncapi, Object.keys(body.components.messages)]).toEqual([
      200,
      "3.0.0",
      expect.arrayContaining(["call.completed", "batch.completed"]),
    ]);
  });

  it("lists the parameters, which of them are needed, and every answer", async () => {
    const { status, body } = await answerOf(await apiFixture().app.request("/openapi.json"));
    expect(status).toBe(200);
    const { CallRequest } = body.components.schemas;
    expect(Object.keys(CallRequest.properties)).toEqual([
      "to",
      "from",
      "random_from_number",
      "introduction",
      "text",
      "texts",
      "ask",
      "pin_code",
      "choices",
      "choice_texts",
      "min_digits",
      "max_digits",
      "submit_on_hash",
      "callback",
      "callback_method",
      "callback_format",
      "bye_text",
      "failed_text",
      "silence_text",
      "last_failed_text",
      "beep_text",
      "repeat_text",
      "language",
      "voice",
      "style",
      "premium",
      "level",
      "loop",
      "max_attempts",
      "input_timeout",
      "ringing_timer",
      "length_timer",
      "local_time",
      "retry_times",
      "retry_after",
      "retry_on",
      "priority",
      "reference",
      "machine_detection",
      "advanced_machine_detection",
      "beep_timeout",
      "region",
      "callback_secret",
      "expires_in",
      "send_at",
      "max_price",
      "dry_run",
      "app_id",
      "private_key",
    ]);
    expect(CallRequest.required).toEqual(["to"]);
    const { requestBody, responses } = body.paths["/call"].post;
    expect(Object.keys(requestBody.content)).toEqual([
      "application/x-www-form-urlencoded",
      "application/json",
      "text/csv",
      "application/x-ndjson",
    ]);
    expect(Object.keys(responses)).toEqual([
      "200",
      "202",
      "400",
      "401",
      "403",
      "409",
      "413",
      "415",
      "422",
      "429",
      "503",
    ]);
    expect(Object.keys(body.paths)).toEqual([
      "/call",
      "/call/{id}",
      "/batch/{id}",
      "/batch/{id}/results",
      "/batch/{id}/pause",
      "/batch/{id}/resume",
      "/calls",
      "/calls/replay",
      "/call/{id}/replay",
      "/batches",
      "/application",
      "/tts-prompt/json",
      "/tts/json",
      "/setup",
      "/health",
      "/openapi.json",
      "/asyncapi.json",
    ]);
  });
});
