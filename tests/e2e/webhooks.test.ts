import type { SimCall } from "@promptcall/vonage-sim/sim";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";

let harness: Harness;
/** Calls by number, once the person has been asked for a PIN. */
const asked = new Inbox<SimCall>();

beforeAll(async () => {
  harness = await startHarness({
    // Slow enough to step in while the person says nothing.
    speed: 5,
    sim: {
      callsPerSecond: Number.POSITIVE_INFINITY,
      onCall: (call) => {
        if (call.ncco.some(({ action }) => action === "input")) asked.put(call.to, call);
      },
    },
  });
});
afterAll(() => harness.stop());

/** Calls somebody who says nothing, and gives back the address where the carrier will post what was keyed. */
async function askSilentPerson(to: string): Promise<{ tid: string; digitsUrl: string; statusUrl: string }> {
  const tid = await harness.post({ to });
  const call = await asked.first(to);
  const input = call.ncco.find((action) => action.action === "input") as { eventUrl?: string[] } | undefined;
  const digitsUrl = input?.eventUrl?.[0] ?? "";
  return { tid, digitsUrl, statusUrl: digitsUrl.replace(/digits\/1\/.*/, "status/") };
}

/** What was published of the digits of a call. The person says nothing all the while, and so fails in the end. */
const digitsOf = (tid: string) =>
  harness.logLines
    .map((line) => JSON.parse(line))
    .filter((output) => output.message === "webhook.digits" && output.tid === tid)
    .map(({ attempt, matched }) => ({ attempt, matched }));

const bye = [{ action: "talk", text: TEXTS.bye_text }];

describe("the digits webhook", () => {
  it.concurrent.each([
    ["an object, by POST", "447700904003", { dtmf: { digits: "1234", timed_out: false } }],
    ["text, by POST", "447700904103", { dtmf: "1234", timed_out: false }],
  ])("takes digits as %s", async (_form, to, payload) => {
    const { tid, digitsUrl } = await askSilentPerson(to);
    const response = await fetch(digitsUrl, { method: "POST", body: JSON.stringify(payload) });
    expect([response.status, await response.json()]).toEqual([200, bye]);
    await vi.waitFor(() => expect(digitsOf(tid)).toContainEqual({ attempt: 1, matched: true }), 15_000);
  });

  it.concurrent.each([
    ["an object in JSON, by GET", "447700904203", `dtmf=${encodeURIComponent('{"digits":"1234","timed_out":true}')}`],
    ["text, by GET", "447700904303", "dtmf=1234&timed_out=false"],
  ])("takes digits as %s", async (_form, to, query) => {
    const { tid, digitsUrl } = await askSilentPerson(to);
    const response = await fetch(`${digitsUrl}?${query}`);
    expect([response.status, await response.json()]).toEqual([200, bye]);
    await vi.waitFor(() => expect(digitsOf(tid)).toContainEqual({ attempt: 1, matched: true }), 15_000);
  });

  it("answers the third wrong PIN with an empty NCCO", async () => {
    const { digitsUrl } = await askSilentPerson("447700904403");
    const wrong = async (url: string) => {
      const response = await fetch(url, { method: "POST", body: JSON.stringify({ dtmf: { digits: "9999" } }) });
      return (await response.json()) as { eventUrl?: string[] }[];
    };
    const second = await wrong(digitsUrl);
    const third = await wrong(second[1]?.eventUrl?.[0] ?? "");
    expect(await wrong(third[1]?.eventUrl?.[0] ?? "")).toEqual([]);
  });
});

describe("a forged webhook", () => {
  it("is answered 401 and changes nothing", async () => {
    const { tid, digitsUrl, statusUrl } = await askSilentPerson("447700904503");
    const token = digitsUrl.split("/").at(-1) ?? "";
    const altered = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    const forgeries = [
      digitsUrl.replace(token, altered),
      digitsUrl.replace("/digits/1/", "/digits/2/"),
      digitsUrl.replace("/digits/1/", "/digits/x/"),
      digitsUrl.replace(tid, crypto.randomUUID()),
      `${statusUrl}${token}`,
    ];
    for (const url of forgeries) {
      const body = JSON.stringify({ dtmf: { digits: "1234" }, status: "completed" });
      const response = await fetch(url, { method: "POST", body });
      expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    }
    // The right PIN and the end that were forged are not in the result: the person said nothing, three times.
    expect((await harness.customer.results.first(tid)).parameters).toMatchObject({ status: "failed" });
  });
});
