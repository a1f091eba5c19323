import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, shareHarness, TEXTS } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

interface Answer {
  readonly tid?: string;
  readonly accepted?: readonly { readonly tid: string }[];
  readonly errors?: readonly { readonly field: string }[];
}

async function send(body: object) {
  const response = await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${harness.jwt}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Answer };
}

const fields = () => ({ pin_code: "1234", callback: `${harness.customer.url}/result`, ...TEXTS });

/** Asked for in one call, and in the only row of a batch. */
const WAYS = ["a call", "a row"] as const;

/** The result of the call, and what the carrier knows of it. */
async function called({ way, to, ...asked }: { way: (typeof WAYS)[number]; to: string } & Record<string, unknown>) {
  const { status, answer } = await send(
    way === "a call" ? { ...fields(), to, ...asked } : { defaults: fields(), calls: [{ to, ...asked }] },
  );
  expect(answer).toMatchObject(way === "a call" ? { tid: expect.any(String) } : { accepted: [{ to }] });
  expect(status).toBe(202);
  const { parameters } = await harness.customer.results.first(answer.tid ?? answer.accepted?.[0]?.tid ?? "");
  const call = harness.system.sim.calls().find((one) => one.to === to);
  const said = call?.ncco.flatMap((action) => ("text" in action ? [action.text] : []));
  return { status: parameters.status, reason: parameters.reason, said, call };
}

describe.concurrent.each(WAYS)("%s", (way) => {
  const number = (ending: string) => `4477009${way === "a call" ? "20" : "21"}1${ending}`;

  it("is made from a number that the carrier chooses, where that is asked for", async () => {
    const { status, call } = await called({ way, to: number("00"), random_from_number: true });
    expect([status, call?.from]).toEqual(["ok", "12015550100"]);
  });

  it("leaves its words on a machine after the beep", async () => {
    const { status, reason, said } = await called({
      way,
      to: number("40"),
      from: "447700900999",
      advanced_machine_detection: "default",
      beep_text: "Please call us back.",
    });
    expect([status, reason, said]).toEqual(["error", "machine", [TEXTS.text, "Please call us back."]]);
  });

  it("introduces itself to a phone that screens, whose owner then hears the prompt", async () => {
    const introduction = "This is your bank.";
    const { status, said } = await called({ way, to: number("41"), from: "447700900999", introduction });
    expect([status, said]).toEqual(["ok", [introduction, TEXTS.text, TEXTS.bye_text]]);
  });

  it("is hung up where the advanced detection finds a machine, if that is asked for", async () => {
    const { reason, said } = await called({
      way,
      to: number("08"),
      from: "447700900999",
      machine_detection: "hangup",
      advanced_machine_detection: "detect",
    });
    expect([reason, said]).toEqual(["machine", []]);
  });

  it("lives in the region that it asks for, and ends there though its end is never reported", async () => {
    const { status, call } = await called({ way, to: number("09"), from: "447700900999", region: "apac-sng" });
    expect([status, call?.region]).toEqual(["ok", "apac-sng"]);
  });
});

describe("a call that says nothing of how it is dialed", () => {
  it("is left to the carrier", async () => {
    const { call } = await called({ way: "a call", to: "447700922100", from: "447700900999" });
    expect(call).toMatchObject({ from: "447700900999", region: null });
  });
});

describe("a way of dialing that there is not", () => {
  it.each([
    ["from", {}],
    ["random_from_number", { from: "447700900999", random_from_number: true }],
    ["beep_text", { from: "447700900999", beep_text: "Hi" }],
    ["beep_timeout", { from: "447700900999", advanced_machine_detection: "default", beep_timeout: 20 }],
    ["advanced_machine_detection", { from: "447700900999", advanced_machine_detection: "hangup" }],
    ["introduction", { from: "447700900999", introduction: "x".repeat(501) }],
    ["region", { from: "447700900999", region: "moon" }],
  ])("is refused: %s", async (field, asked) => {
    const { status, answer } = await send({ ...fields(), to: "447700922200", ...asked });
    expect([status, answer.errors?.map((error) => error.field)]).toEqual([400, [field]]);
  });
});
