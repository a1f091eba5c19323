import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { afterAttempt } from "../../src/callbacks/callback.ts";
import { callbackRequest, callbackSecret, formatSecret } from "../../src/callbacks/callback-request.ts";
import {
  BURST,
  JITTER,
  LONGEST_CALLBACK_RETRY_AFTER_SECONDS,
  nextDelaySeconds,
} from "../../src/callbacks/callback-schedule.ts";
import { resultContent } from "../../src/callbacks/result.ts";
import { TID } from "../call/given.ts";

const delaysSeconds = [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200];

describe("a burst", () => {
  it("has begun its last try within its time, however long its waits are drawn", () => {
    // A drawn wait is up to twice the planned one.
    const waits = Array.from({ length: BURST.retries }, (_, retry) => 2 * BURST.delayMs * BURST.factor ** retry);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeLessThanOrEqual(BURST.withinMs);
  });
});

describe("the delay before the next delivery attempt", () => {
  const attempts = fc.integer({ min: 1, max: delaysSeconds.length });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it("stays within its jitter of the schedule", () => {
    fc.assert(
      fc.property(attempts, random, (attempt, chance) => {
        const planned = delaysSeconds[attempt - 1] ?? Number.NaN;
        const seconds = nextDelaySeconds({ attempt, delaysSeconds, random: chance });
        expect(seconds).toBeGreaterThanOrEqual(planned * (1 - JITTER));
        expect(seconds).toBeLessThanOrEqual(planned * (1 + JITTER));
      }),
    );
  });

  it("grows from one attempt to the next, whatever the jitter", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: delaysSeconds.length - 1 }), random, random, (attempt, one, other) => {
        const next = nextDelaySeconds({ attempt: attempt + 1, delaysSeconds, random: other }) ?? 0;
        expect(next).toBeGreaterThan(nextDelaySeconds({ attempt, delaysSeconds, random: one }) ?? 0);
      }),
    );
  });

  it("is the receiver's Retry-After, between the schedule and the maximum", () => {
    const wait = (retryAfterSeconds: number) =>
      nextDelaySeconds({ attempt: 2, delaysSeconds, retryAfterSeconds, random: 0.5 });
    expect(wait(600)).toBe(600);
    expect(wait(1)).toBe(30);
    expect(wait(10 ** 9)).toBe(LONGEST_CALLBACK_RETRY_AFTER_SECONDS);
  });

  it("is none after the last attempt", () => {
    expect(nextDelaySeconds({ attempt: delaysSeconds.length + 1, delaysSeconds, random: 0.5 })).toBeUndefined();
  });
});

describe("what follows a delivery attempt", () => {
  const after = (answer: number | string, attempt = 1) =>
    afterAttempt({ made: { attempt, at: "now", answer, durationMs: 1 }, delaysSeconds: [5], random: 0.5 });

  it.each([200, 201, 204, 299])("is no further attempt after %i", (answer) => {
    expect(after(answer)).toEqual({ kind: "delivered" });
  });

  it.each([301, 307, 400, 404, 429, 500, 503, "timeout", "ECONNREFUSED"])("is another one after %s", (answer) => {
    expect(after(answer)).toEqual({ kind: "retry", delaySeconds: 5 });
  });

  it("is parking when the receiver answers 410", () => {
    expect(after(410)).toEqual({ kind: "park", why: "the receiver answered 410" });
  });

  it("is parking after the last one", () => {
    expect(after("timeout", 2)).toEqual({ kind: "park", why: "attempt 2, the last one, ended in timeout" });
  });
});

describe("the request that carries a result", () => {
  const secret = callbackSecret({ key: new Uint8Array(32), applicationId: "app" });
  const verifier = new Webhook(formatSecret(secret));
  const now = new Date();
  const result = { tid: TID, to: "+447700900001", outcome: { status: "error", reason: "busy" } } as const;

  it("is a signed form for POST", () => {
    const request = callbackRequest({
      callback: { url: "https://a.example/r?x=1", method: "POST" },
      content: resultContent(result),
      secrets: [secret],
      now,
    });
    const body = `tid=${TID}&to=%2B447700900001&status=error&reason=busy`;
    expect(request).toEqual({
      url: "https://a.example/r?x=1",
      method: "POST",
      body,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": "promptcall",
        "webhook-id": `msg_${TID}`,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": expect.stringMatching(/^v1,[\w+/]{43}=$/),
      },
    });
    expect(signatureHolds(body, request.headers)).toBe(true);
    expect(signatureHolds(`${body}x`, request.headers)).toBe(false);
  });

  it.each(["POST", "GET"] as const)(
    "by %s is signed with each secret, and holds for whoever has any of them",
    (method) => {
      const older = callbackSecret({ key: new Uint8Array(32).fill(1), applicationId: "app" });
      const foreign = callbackSecret({ key: new Uint8Array(32).fill(2), applicationId: "app" });
      const callback = { url: "https://a.example/r", method };
      const request = callbackRequest({ callback, content: resultContent(result), secrets: [secret, older], now });
      expect(request.headers["webhook-signature"]).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/);
      const signed = request.body ?? new URL(request.url).search.slice(1);
      const holds = (by: Buffer) => signatureHolds(signed, request.headers, new Webhook(formatSecret(by)));
      expect([secret, older, foreign].map(holds)).toEqual([true, true, false]);
    },
  );

  it("is signed query parameters for GET, after those the address has", () => {
    const request = callbackRequest({
      callback: { url: "https://a.example/r?x=1", method: "GET" },
      content: resultContent(result),
      secrets: [secret],
      now,
    });
    const query = `x=1&tid=${TID}&to=%2B447700900001&status=error&reason=busy`;
    expect(request).toEqual({
      url: `https://a.example/r?${query}`,
      method: "GET",
      headers: {
        "user-agent": "promptcall",
        "webhook-id": `msg_${TID}`,
        "webhook-timestamp": expect.stringMatching(/^\d+$/),
        "webhook-signature": expect.stringMatching(/^v1,/),
      },
    });
    expect(signatureHolds(query, request.headers)).toBe(true);
  });

  it("leaves the receiver's own parameters as they were written", () => {
    const own = "q=a%20b&flag&~x=%7E";
    const request = callbackRequest({
      callback: { url: `https://a.example/r?${own}`, method: "GET" },
      content: resultContent(result),
      secrets: [secret],
      now,
    });
    expect(request.url).toBe(`https://a.example/r?${own}&tid=${TID}&to=%2B447700900001&status=error&reason=busy`);
  });

  it("has no reason field without a reason", () => {
    const ok = { ...result, outcome: { status: "ok" } } as const;
    const { body } = callbackRequest({
      callback: { url: "https://a.example", method: "POST" },
      content: resultContent(ok),
      secrets: [secret],
      now,
    });
    expect(body).toBe(`tid=${TID}&to=%2B447700900001&status=ok`);
  });

  it("may be JSON, which is sent by POST and signed as it is", () => {
    const json = JSON.stringify({ type: "batch.completed", data: { batch_id: TID } });
    const request = callbackRequest({
      callback: { url: "https://a.example/r", method: "POST" },
      content: { id: TID, json },
      secrets: [secret],
      now,
    });
    expect([request.method, request.body, request.headers["content-type"]]).toEqual(["POST", json, "application/json"]);
    expect(new Webhook(formatSecret(secret)).verify(json, { ...request.headers })).toEqual(JSON.parse(json));
  });

  it("is signed with a secret of its application", () => {
    expect(callbackSecret({ key: new Uint8Array(32), applicationId: "other" })).not.toEqual(secret);
  });

  /** The library parses what it has verified as JSON; only the signature is of interest here. */
  function signatureHolds(payload: string, headers: Readonly<Record<string, string>>, by = verifier): boolean {
    try {
      by.verify(payload, { ...headers });
      return true;
    } catch (error) {
      return error instanceof SyntaxError;
    }
  }
});
