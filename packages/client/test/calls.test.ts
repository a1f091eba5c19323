import { generateKeyPairSync } from "node:crypto";
import { decodeJwt, jwtVerify } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { Batches } from "../src/batches.ts";
import { Calls } from "../src/calls.ts";
import { mintJwts } from "../src/credential.ts";
import { NotNowError, PromptcallError, RefusedError, UnansweredError } from "../src/errors.ts";
import { Promptcall } from "../src/promptcall.ts";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Answers of a service, one after the other; the last stays. */
function answering(...answers: { status?: number; body: unknown; headers?: Record<string, string> }[]) {
  const asked: Asked[] = [];
  const fake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    asked.push({
      method: request.method,
      path: `${pathname}${search}`,
      body: text === "" ? undefined : JSON.parse(text),
      headers: request.headers,
    });
    const { status = 200, body, headers } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { body: {} };
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: headers ?? {} });
  };
  return { asked, fetch: fake };
}

const ENDPOINT = "https://promptcall.example/stage";

const client = (fake: typeof fetch, retries = 0) =>
  new Promptcall({ endpoint: ENDPOINT, jwt: "a.b.c", fetch: fake, retries });

const problem = (code: string, more: object = {}) => ({
  type: `urn:promptcall:problem:${code}`,
  title: code,
  status: 400,
  detail: "It is wrong.",
  ...more,
});

describe("a call", () => {
  const call = { to: "447700900001", from: "447700900999", pin_code: "1234", text: "Hi" };

  it("is sent as JSON, with the credential and a key of its own", async () => {
    const { asked, fetch } = answering({ status: 202, body: { tid: "t", status_url: "u" } });
    expect(await client(fetch).calls.create(call)).toEqual({ tid: "t", status_url: "u" });
    expect(asked).toMatchObject([{ method: "POST", path: "/stage/call", body: call }]);
    const [headers] = asked.map((one) => Object.fromEntries(one.headers));
    expect(headers).toMatchObject({
      authorization: "Bearer a.b.c",
      "content-type": "application/json",
      "idempotency-key": expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it("has the key that it is given, and an API key where there is one", async () => {
    const { asked, fetch } = answering({ status: 202, body: {} });
    const promptcall = new Promptcall({ endpoint: ENDPOINT, jwt: async () => "later", apiKey: "k", fetch });
    await promptcall.calls.create(call, { idempotencyKey: "order 1" });
    const [{ headers } = { headers: new Headers() }] = asked;
    expect(Object.fromEntries(headers)).toMatchObject({
      "idempotency-key": "order 1",
      "x-api-key": "k",
      authorization: "Bearer later",
    });
  });

  it("that is refused tells which fields are wrong, and is not sent again", async () => {
    const errors = [{ field: "to", wrong: "is missing", expected: "a number" }];
    const { asked, fetch } = answering({ status: 400, body: problem("invalid_request", { errors, request_id: "r" }) });
    const created = client(fetch, 3).calls.create(call);
    await expect(created).rejects.toBeInstanceOf(RefusedError);
    await expect(created).rejects.toMatchObject({
      status: 400,
      code: "invalid_request",
      type: "urn:promptcall:problem:invalid_request",
      errors,
      requestId: "r",
      message: "It is wrong.",
    });
    expect(asked).toHaveLength(1);
  });

  it("that has to wait longer than a retry may is not now", async () => {
    const { fetch } = answering({
      status: 429,
      body: problem("too_late", { status: 429 }),
      headers: { "retry-after": "600" },
    });
    const created = client(fetch, 3).calls.create(call);
    await expect(created).rejects.toBeInstanceOf(NotNowError);
    await expect(created).rejects.toMatchObject({ code: "too_late", retryAfterSeconds: 600 });
  });

  it("whose answer never comes is not known about", async () => {
    const created = client(async () => {
      throw new TypeError("fetch failed");
    }).calls.create(call);
    await expect(created).rejects.toBeInstanceOf(UnansweredError);
    await expect(created).rejects.toThrow("https://promptcall.example/stage could not be reached.");
  });

  it.each([
    ["Node", { cause: { code: "ECONNREFUSED" } }, "ECONNREFUSED"],
    ["Bun", { code: "ConnectionRefused" }, "ConnectionRefused"],
  ])("whose service is not there says why, as %s names it", async (_, more, code) => {
    const created = client(async () => {
      throw Object.assign(new TypeError("fetch failed"), more);
    }).calls.create(call);
    await expect(created).rejects.toThrow(`https://promptcall.example/stage could not be reached (${code}).`);
  });

  it("is not sent on by a redirect, credential and all", async () => {
    const init: RequestInit[] = [];
    const seen: typeof fetch = async (_input, given) => {
      init.push(given ?? {});
      return new Response("{}", { status: 202 });
    };
    await client(seen).calls.create(call);
    expect(init.map(({ redirect }) => redirect)).toEqual(["error"]);
  });

  it("can be given up", async () => {
    const asked = Promise.withResolvers<void>();
    const never: typeof fetch = async (_input, init) =>
      await new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        asked.resolve();
      });
    const aborter = new AbortController();
    const created = client(never, 3).calls.create(call, { signal: aborter.signal });
    await asked.promise;
    aborter.abort(new Error("enough"));
    await expect(created).rejects.toThrow("enough");
  });
});

describe("a call that was accepted", () => {
  it("is waited for until it is over, and not asked for all the time where the service answers at once", async () => {
    const answers = [{ state: "ringing" }, { state: "answered" }, { state: "completed", status: "ok" }];
    const paths: string[] = [];
    const waits: number[] = [];
    const calls = new Calls({
      send: async ({ path }) => {
        paths.push(path);
        return { status: 200, text: "", json: answers.shift(), headers: new Headers() };
      },
      sleep: async (seconds) => void waits.push(seconds),
    });
    expect(await calls.wait("a/b")).toEqual({ state: "completed", status: "ok" });
    expect(paths).toEqual(new Array(3).fill("/call/a%2Fb?wait=25"));
    expect(waits.map((seconds) => seconds > 0.5 && seconds <= 1)).toEqual([true, true]);
  });

  it("is looked at, cancelled and replayed by its id", async () => {
    const { asked, fetch } = answering({ body: {} });
    const { calls } = client(fetch);
    await calls.get("t");
    await calls.cancel("t");
    await calls.replay("t");
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /stage/call/t",
      "DELETE /stage/call/t",
      "POST /stage/call/t/replay",
    ]);
  });

  it("is delivered again with all others that are parked, page by page", async () => {
    const { asked, fetch } = answering({ body: { count: 25, next_cursor: "c" } }, { body: { count: 3 } });
    expect(await client(fetch).calls.replayParked({ receiver: "customer.example" })).toBe(28);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /stage/calls/replay?receiver=customer.example",
      "POST /stage/calls/replay?receiver=customer.example&cursor=c",
    ]);
  });

  it("is not delivered twice because an answer was lost", async () => {
    const { asked, fetch } = answering({ status: 502, body: "<html>" });
    await expect(client(fetch, 3).calls.replay("t")).rejects.toBeInstanceOf(UnansweredError);
    expect(asked).toHaveLength(1);
  });
});

it("a list is read page by page, as far as it is wanted", async () => {
  const { asked, fetch } = answering(
    { body: { data: [{ tid: "1" }, { tid: "2" }], next_cursor: "c 2" } },
    { body: { data: [], next_cursor: "c3" } },
    { body: { data: [{ tid: "3" }] } },
  );
  const tids: string[] = [];
  for await (const { tid } of client(fetch).calls.list({
    state: ["ringing", "answered"],
    since: "2026-11-30T00:00:00Z",
  }))
    tids.push(tid);
  expect(tids).toEqual(["1", "2", "3"]);
  expect(asked.map(({ path }) => path)).toEqual([
    "/stage/calls?state=ringing%2Canswered&since=2026-11-30T00%3A00%3A00Z",
    "/stage/calls?state=ringing%2Canswered&since=2026-11-30T00%3A00%3A00Z&cursor=c+2",
    "/stage/calls?state=ringing%2Canswered&since=2026-11-30T00%3A00%3A00Z&cursor=c3",
  ]);
});

describe("a batch", () => {
  it("has its results read page by page, wherever these are", async () => {
    const next = { link: `<${ENDPOINT}/batch/b/results?cursor=2&token=t>; rel="next"` };
    const { asked, fetch } = answering(
      { body: '{"tid":"1"}\n{"tid":"2"}\n', headers: next },
      { body: '{"tid":"3"}\n' },
    );
    const tids: string[] = [];
    for await (const { tid } of client(fetch).batches.results("b")) tids.push(tid);
    expect(tids).toEqual(["1", "2", "3"]);
    expect(asked.map(({ path }) => path)).toEqual([
      "/stage/batch/b/results?format=ndjson",
      "/stage/batch/b/results?cursor=2&token=t",
    ]);
  });

  it("does not send the credential wherever an answer points", async () => {
    const { fetch } = answering({ body: "", headers: { link: '<https://elsewhere.example/>; rel="next"' } });
    const results = client(fetch).batches.results("b");
    await expect(results.next()).rejects.toThrow("https://elsewhere.example");
  });

  it("is watched until its last call is over, and told of when it has changed", async () => {
    const [before, after] = [{ states: { completed: 1 } }, { completed_at: "2026-11-30T12:00:00Z" }];
    const answers = [before, before, after];
    const batches = new Batches({
      send: async () => ({ status: 200, text: "", json: answers.shift(), headers: new Headers() }),
      sleep: async () => {},
      nowMs: () => 0,
    });
    const seen: unknown[] = [];
    for await (const batch of batches.watch("b")) seen.push(batch);
    expect(seen).toEqual([before, after]);
  });

  it("is paused, resumed and cancelled by its id", async () => {
    const { asked, fetch } = answering({ body: {} });
    const { batches } = client(fetch);
    await batches.pause("b");
    await batches.resume("b");
    await batches.cancel("b");
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /stage/batch/b/pause",
      "POST /stage/batch/b/resume",
      "DELETE /stage/batch/b",
    ]);
  });
});

describe("a private key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  let nowMs: number;
  beforeEach(() => {
    nowMs = Date.parse("2026-11-30T12:00:00Z");
  });
  const jwtsOf = (key = pem) => mintJwts({ applicationId: "app", privateKey: key, nowMs: () => nowMs });

  it("makes JWTs that are good for calls alone, of RS256 and a day at most", async () => {
    const jwt = await jwtsOf()(60);
    const { payload, protectedHeader } = await jwtVerify(jwt, publicKey, { currentDate: new Date(nowMs) });
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT" });
    expect(payload).toEqual({
      application_id: "app",
      acl: { paths: { "/*/calls/**": {} } },
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: nowMs / 1_000,
      exp: nowMs / 1_000 + 24 * 3_600,
    });
  });

  it("makes one for many requests, and a new one in time", async () => {
    const jwtFor = jwtsOf();
    const first = await jwtFor(3_600);
    nowMs += 12 * 3_600_000;
    expect(await jwtFor(3_600)).toBe(first);
    nowMs += 11 * 3_600_000;
    const second = await jwtFor(3_600);
    expect(second).not.toBe(first);
    expect(decodeJwt(second).iat).toBe(nowMs / 1_000);
  });

  it("makes a new one every hour at most, however long it is needed for", async () => {
    const jwtFor = jwtsOf();
    const first = await jwtFor(7 * 24 * 3_600);
    nowMs += 3_600_000;
    expect(await jwtFor(7 * 24 * 3_600)).toBe(first);
  });

  it("may have its line ends written out", async () => {
    expect(await jwtsOf(pem.replaceAll("\n", "\\n"))(60)).toMatch(/^ey/);
  });

  it.each([
    ["of the older form", privateKey.export({ type: "pkcs1", format: "pem" }).toString()],
    ["that is none", "secret canary"],
  ])("%s is refused, with what to do, and is not quoted", async (_, key) => {
    const made = jwtsOf(key)(60);
    await expect(made).rejects.toBeInstanceOf(PromptcallError);
    await expect(made).rejects.toThrow(/openssl pkcs8 -topk8/);
    await expect(made).rejects.not.toThrow(/canary/);
  });
});
