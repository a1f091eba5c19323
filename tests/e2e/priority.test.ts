import type { SimCall } from "@promptcall/vonage-sim/sim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { type Account, jwtOf, newAccount } from "../../tools/system/caller.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";

/** As many as a step dials, where the carrier has agreed to nothing else. */
const STEP = 3;

/** The carrier refuses nothing of that: a call that it refused would wait, and be passed by others. */
const TAKEN_A_SECOND = 10 * STEP;

let harness: Harness;
/** What the carrier was asked to dial, by number. */
const dialed = new Inbox<SimCall>();

beforeAll(async () => {
  const onCall = (call: SimCall) => dialed.all(call.to).length === 0 && dialed.put(call.to, call);
  harness = await startHarness({ verboseEvents: false, sim: { callsPerSecond: TAKEN_A_SECOND, onCall } });
});
afterAll(() => harness.stop());

/** Numbers of one test (below 100), which are busy: such a call takes the least time, on a machine that may have little. */
const numbersOf = (test: number, count: number) =>
  Array.from({ length: count }, (_, index) => `44772${padded(test, 2)}${padded(index, 3)}05`);
const padded = (value: number, length: number) => String(value).padStart(length, "0");
const fields = () => ({ from: "447700900999", pin_code: "1234", callback: `${harness.customer.url}/result`, ...TEXTS });

/** Which of the application's calls the carrier was asked for, in order. */
const askedBy = ({ applicationId }: Account) =>
  harness.system.sim.calls().flatMap((call) => (call.applicationId === applicationId ? [call.to] : []));

/** One for each application: the carrier is asked about each. */
const credentials = new Map<Account, Promise<string>>();
function credentialOf(account: Account): Promise<string> {
  const known = credentials.get(account) ?? jwtOf(account);
  credentials.set(account, known);
  return known;
}

async function post(
  body: object | string,
  { account, type = "application/json" }: { account: Account; type?: string },
) {
  const query = typeof body === "string" ? `?${new URLSearchParams(fields() as Record<string, string>)}` : "";
  const response = await fetch(`${harness.system.apiUrl}/call${query.replace("pin_code=1234&", "")}`, {
    method: "POST",
    headers: { authorization: `Bearer ${await credentialOf(account)}`, "content-type": type },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

async function postSingle(to: string, { account, ...more }: { account: Account; priority?: string }): Promise<void> {
  const { status } = await post({ ...fields(), to, ...more }, { account });
  expect(status).toBe(202);
}

/** The first alone, as its credential is new; and then some at a time. */
async function postSingles([first = "", ...others]: readonly string[], account: Account): Promise<void> {
  await postSingle(first, { account });
  const left = [...others];
  const postAll = async () => {
    for (let to = left.shift(); to !== undefined; to = left.shift()) await postSingle(to, { account });
  };
  await Promise.all(Array.from({ length: 10 }, postAll));
}

const cancel = async ({ status_url }: Record<string, unknown>) => {
  expect((await fetch(String(status_url), { method: "DELETE" })).status).toBe(202);
};

describe("a call of high priority", () => {
  it("is dialed by one of the next steps, beside 60 single calls that wait", async () => {
    const account = newAccount();
    const numbers = numbersOf(1, 60);
    await harness.pace(account.applicationId, 1);
    await postSingles(numbers, account);
    const [urgent = ""] = numbersOf(2, 1);
    await postSingle(urgent, { account, priority: "high" });
    const before = askedBy(account).length;
    await dialed.first(urgent);
    expect(askedBy(account).indexOf(urgent)).toBeLessThan(before + STEP);
    // Most of them wait still.
    expect(before).toBeLessThan(40);
  });

  it("is dialed beside its own batch as soon, and so are those of the batch that are urgent", async () => {
    const account = newAccount();
    const numbers = numbersOf(3, 300);
    const calls = numbers.map((to, index) => ({ to, ...(index >= 295 && { priority: "high" }) }));
    const { status, answer } = await post({ defaults: fields(), calls }, { account });
    expect(status).toBe(202);
    // The answer has them in the order of the request.
    const accepted = answer.accepted as { index: number; to: string }[];
    expect(accepted.map(({ index, to }) => [index, to])).toEqual(numbers.map((to, index) => [index, to]));
    for (const to of [...numbers.slice(295), numbers[0] ?? ""]) await dialed.first(to);
    expect(askedBy(account).slice(0, 2 * STEP)).toEqual(expect.arrayContaining(numbers.slice(295)));
    // By their third alone they would need seven steps.
    const urgent = numbersOf(4, 7);
    await Promise.all(urgent.map((to) => postSingle(to, { account, priority: "high" })));
    const before = askedBy(account).length;
    for (const to of urgent) await dialed.first(to);
    for (const to of urgent) expect(askedBy(account).indexOf(to)).toBeLessThan(before + 5 * STEP);
    await cancel(answer);
  });
});

describe("calls of low priority", () => {
  it("are dialed when nothing else waits, be they single calls or rows of a table", async () => {
    const account = newAccount();
    // Long enough for all of them to be asked for before the last of these is dialed.
    const others = numbersOf(5, 45);
    const first = await post({ defaults: fields(), calls: others.map((to) => ({ to })) }, { account });
    expect(first.status).toBe(202);
    const [patient = ""] = numbersOf(9, 1);
    const rows = numbersOf(6, 9).map((to, index) => [to, "1234", index % 3 === 0 ? "low" : "normal"].join(","));
    const table = await post(["to,pin_code,priority", ...rows].join("\r\n"), { account, type: "text/csv" });
    expect([table.status, table.answer.count]).toEqual([202, 9]);
    await postSingle(patient, { account, priority: "low" });
    const low = [patient, ...numbersOf(6, 9).filter((_, index) => index % 3 === 0)];
    for (const to of [...others, ...numbersOf(6, 9), patient]) await dialed.first(to);
    const asked = askedBy(account);
    expect(asked.length).toBe(55);
    // The calls of one step may come to the carrier in any order.
    expect(asked.slice(-low.length - STEP + 1)).toEqual(expect.arrayContaining(low));
  });

  it("are refused where all that goes before them takes longer than they may wait, and urgent ones are not", async () => {
    const account = newAccount();
    const calls = numbersOf(7, 100).map((to) => ({ to }));
    const { status, answer } = await post({ defaults: fields(), calls }, { account });
    expect(status).toBe(202);
    const one = { ...fields(), to: numbersOf(8, 1)[0], expires_in: 10 };
    const late = await post({ ...one, priority: "low" }, { account });
    expect([late.status, late.answer.type]).toEqual([429, "urn:promptcall:problem:too_late"]);
    const needed = Number(late.answer.expires_in_needed);
    expect(needed).toBeGreaterThan(25);
    expect(needed).toBeLessThan(45);
    expect((await post({ ...one, priority: "high" }, { account })).status).toBe(202);
    await cancel(answer);
  });
});

describe("a priority that is none", () => {
  it.each([
    ["of a call", { ...TEXTS, to: "447720900000", priority: "urgent" }],
    ["of a batch", { defaults: { priority: "1" }, calls: [{ to: "447720900000" }] }],
  ])("is refused with those that there are: %s", async (_, body) => {
    const { status, answer } = await post(body, { account: harness.account });
    expect(status).toBe(400);
    const rejected = answer.rejected as { errors: object[] }[] | undefined;
    const errors = rejected?.flatMap((row) => row.errors) ?? answer.errors;
    expect(errors).toContainEqual(expect.objectContaining({ field: "priority", expected: "high, normal or low" }));
  });
});
