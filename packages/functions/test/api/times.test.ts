import { deadlineSeconds } from "@promptcall/core/call-length";
import { decodeJwt } from "jose";
import { describe, expect, it, vi } from "vitest";
import { at, epoch, jwt, SETTINGS } from "../given.ts";
import { accepted, BATCH_ID, batch, DEFAULTS, numberAt, post, refused, rowsOf } from "./batch-given.ts";
import { wrong } from "./expected.ts";
import { apiWorld, json, PARAMETERS, rsaKey } from "./given.ts";

const day = 86_400;
const bearer = (exp: number) => ({ authorization: `Bearer ${jwt({ application_id: "app", exp: epoch(exp) })}` });
const LASTING = bearer(8 * day);
const later = (ms: number) => new Date(Date.parse(at(0)) + ms).toISOString();

/** An application that has places taken for so many calls, three a second. */
async function busyWorld(taken: number) {
  const api = apiWorld();
  await api.world.paces.reserve({ applicationId: "app", count: taken, byMs: Date.parse(at(day)) });
  return api;
}

describe("the place in time of a call", () => {
  it("is behind those that are taken already", async () => {
    const api = await busyWorld(120);
    await post(api, json(PARAMETERS, LASTING));
    await post(api, json(PARAMETERS, LASTING));
    expect(api.world.dial.sent.map(({ not_before }) => not_before)).toEqual([later(41_250), later(41_592)]);
  });

  it("of each call of a batch is told by the first and the last", async () => {
    const api = await busyWorld(120);
    expect(await post(api, batch(rowsOf(9), {}, LASTING))).toMatchObject({
      body: { first_dial_at: at(41), last_dial_at: later(43_050) },
    });
    expect(api.world.dial.sent).toMatchObject([{ not_before: at(40), due: later(41_250), next: 0, until: 3, end: 9 }]);
  });

  it("of a batch behind another is a second after the last step of that, to the millisecond", async () => {
    const api = apiWorld();
    await post(api, batch(rowsOf(9), {}, LASTING));
    await post(api, batch(rowsOf(9), {}, LASTING));
    // The first one asks for its first calls 0.25 s after it was posted.
    expect(api.world.dial.sent).toMatchObject([{ next: 0 }, { not_before: later(2_075), due: later(250 + 3 * 1_025) }]);
  });

  it("of an application at rest is at once, however long the api takes", async () => {
    const api = apiWorld();
    let looks = 0;
    vi.spyOn(api.world.clock, "now").mockImplementation(() => new Date(Date.parse(at(0)) + 5 * looks++));
    await post(api, json(PARAMETERS, LASTING));
    expect(api.world.dial.sent).toMatchObject([{ type: "dial" }]);
    expect(Object.keys(api.world.dial.sent[0] ?? {})).not.toContain("not_before");
  });

  it("is each application's own", async () => {
    const api = await busyWorld(120);
    const other = { authorization: `Bearer ${jwt({ application_id: "other", exp: epoch(900) })}` };
    await post(api, json(PARAMETERS, other));
    expect(api.world.dial.sent.map(({ not_before }) => not_before)).toEqual([undefined]);
  });
});

describe("calls for which there is no place early enough", () => {
  const problem = (numbers: { count: number; needed: number; last: string; fits: number }) => {
    const { count, needed, last, fits } = numbers;
    return refused(429, "Too Many Requests", "too_late", {
      detail: `At 3 calls a second, and with what is queued already, the last of ${count} call(s) would be dialed ${needed} s from its start. Send a credential that lives and an expires_in that lasts so long, fewer calls, or try again later.`,
      calls_per_second: 3,
      first_dial_at: at(41),
      last_dial_at: last,
      expires_in_needed: needed,
      calls_that_fit: fits,
    });
  };

  it.each([
    ["expires_in", { expires_in: 30 }, LASTING],
    ["the life of the credential", {}, bearer(40)],
  ])("because of %s are refused, and told when there is one", async (_, timing, headers) => {
    const api = await busyWorld(120);
    const request = json({ ...PARAMETERS, ...timing }, headers);
    const response = await api.app.request("/call", request);
    expect(response.headers.get("retry-after")).toBe("41");
    expect(await post(api, request)).toEqual(problem({ count: 1, needed: 41, last: at(41), fits: 0 }));
    expect(await post(api, batch(rowsOf(9), timing, headers))).toEqual(
      problem({ count: 9, needed: 44, last: later(43_050), fits: 0 }),
    );
    expect(api.world.calls.records().specs).toEqual([]);
    expect(api.world.dial.sent).toEqual([]);
    // None of them has taken a place.
    expect((await api.world.paces.read("app")).takenUntilMs).toBe(Date.parse(at(41)));
  });

  it("of a batch are rejected; those that fit are accepted", async () => {
    const api = await busyWorld(120);
    const error = {
      field: "expires_in",
      wrong: "is too short for more than 6 of 9 calls",
      expected: "at 3 calls a second, a longer one, a credential that lives as long, or fewer calls",
    };
    const rejected = [6, 7, 8].map((index) => ({ index, errors: [error] }));
    expect(await post(api, batch(rowsOf(9), { expires_in: 43 }, LASTING))).toEqual(
      accepted(
        rowsOf(6).map(({ to }, index) => ({ index, to })),
        { rejected, first: at(41), last: later(42_025) },
      ),
    );
    expect(api.world.dial.sent).toMatchObject([{ next: 0, until: 3, end: 6 }]);
    expect((await api.world.paces.read("app")).takenUntilMs).toBe(Date.parse(later(43_050)));
  });

  it("of a batch that is atomic take all the others with them", async () => {
    const api = await busyWorld(120);
    expect(await post(api, batch(rowsOf(9), { expires_in: 43, atomic: true }, LASTING))).toEqual(
      problem({ count: 9, needed: 44, last: later(43_050), fits: 6 }),
    );
    expect(api.world.dial.sent).toEqual([]);
  });
});

describe("calls for a time ahead", () => {
  it("wait for it, and take their places then", async () => {
    const api = await busyWorld(120);
    const answer = await post(api, batch(rowsOf(9), { send_at: at(60), expires_in: 120 }, LASTING));
    expect(answer).toMatchObject({ body: { first_dial_at: at(60), last_dial_at: later(62_050) } });
    await post(api, json({ ...PARAMETERS, send_at: "2026-01-01T13:01:00+01:00" }, bearer(90)));
    expect(api.world.dial.sent).toMatchObject([
      { type: "dial_batch", not_before: at(60), place_by: at(180), next: 0, until: 3, end: 9 },
      { type: "dial", not_before: at(60), place_by: at(90) },
    ]);
    expect((await api.world.paces.read("app")).takenUntilMs).toBe(Date.parse(at(41)));
  });

  it("that has passed are dialed at once, and expire from now on", async () => {
    const api = apiWorld();
    await post(api, json({ ...PARAMETERS, send_at: at(-3_600), expires_in: "60" }, LASTING));
    expect(api.world.dial.sent).toMatchObject([{ type: "dial" }]);
    expect(Object.keys(api.world.dial.sent[0] ?? {})).not.toContain("not_before");
    expect(api.world.calls.records().specs).toMatchObject([{ acceptedAt: at(0), expiresAt: at(60) }]);
  });

  it.each<[string, unknown, string, string]>([
    ["expires_in", 0, "is of type number", "1 to 86400 seconds"],
    ["expires_in", 86_401, "is of type number", "1 to 86400 seconds"],
    ["expires_in", 1.5, "is of type number", "1 to 86400 seconds"],
    ["expires_in", "soon", "is another text of 4 characters", "1 to 86400 seconds"],
    ["send_at", "soon", "is another text of 4 characters", "a time such as 2026-01-31T12:00:00Z, up to 7 days ahead"],
    ["send_at", at(7 * day + 1), "is further ahead", "a time up to 7 days ahead"],
  ])("(%s, case %#) are refused for one that is none", async (field, value, what, expected) => {
    const refusal = wrong([field, what, expected]);
    expect(await post(apiWorld(), json({ ...PARAMETERS, [field]: value }, LASTING))).toEqual(refusal);
    expect(await post(apiWorld(), batch(rowsOf(2), { [field]: value }, LASTING))).toEqual(refusal);
    const defaults = { ...DEFAULTS, [field]: value };
    expect(await post(apiWorld(), batch(rowsOf(2), { defaults }, LASTING))).toEqual(refusal);
  });

  it.each([
    ["expires_in", 1],
    ["expires_in", 86_400],
    ["send_at", at(7 * day)],
  ])("may be as early and as late as that: %s %s", async (field, value) => {
    expect(await post(apiWorld(), json({ ...PARAMETERS, [field]: value }, LASTING))).toMatchObject({ status: 202 });
  });
});

describe("a private key", () => {
  const { privateKey } = rsaKey(2048);
  const key = { app_id: "app", private_key: privateKey };
  /** How long the one that says most takes. */
  const text = "x".repeat(500);
  const LONGEST = deadlineSeconds(
    { text, failedText: text, byeText: "Thank you", pinLength: 4, attemptsAllowed: 3 },
    SETTINGS,
  );

  it.each([
    ["until the calls expire, and the carrier may be asked about the last", { expires_in: 60 }, [0, 60 + LONGEST]],
    ["from the time ahead", { expires_in: 60, send_at: at(3 * day) }, [3 * day, 3 * day + 60 + LONGEST]],
    ["for no longer than a day, which is what the carrier takes", { expires_in: 86_400 }, [0, day]],
  ])("signs a JWT that lives %s, and is kept nowhere", async (_, timing, [iat = 0, exp = 0]) => {
    const api = apiWorld();
    expect(
      await post(api, batch([...rowsOf(2), { to: numberAt(2), text, failed_text: text }], { ...timing, ...key }, {})),
    ).toMatchObject({
      status: 202,
    });
    const { world } = api;
    const minted = await world.seal.open(world.dial.sent[0]?.sealed_credential ?? "", BATCH_ID);
    expect(decodeJwt(minted)).toMatchObject({ application_id: "app", iat: epoch(iat), exp: epoch(exp) });

    const { calls, dial, bus, log, batches } = world;
    const kept = JSON.stringify([calls.records(), dial.sent, bus.published, log.told, await batches.find(BATCH_ID)]);
    for (const secret of [privateKey.split("\n")[1] ?? "", ...minted.split(".")]) expect(kept).not.toContain(secret);
  });

  it("that is none is told once, and not for each call", async () => {
    const refusal = await post(apiWorld(), batch([{ to: numberAt(0) }, {}], { app_id: "app", private_key: "x" }, {}));
    const expected = "an RSA private key of 2048 to 4096 bits in PEM form";
    expect(refusal).toEqual(wrong(["private_key", "is something else", expected]));
  });
});
