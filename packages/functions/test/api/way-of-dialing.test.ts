import { describe, expect, it } from "vitest";
import { wrong } from "./expected.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";

const { from: _from, ...ANONYMOUS } = PARAMETERS;
const WAY = {
  random_from_number: "true",
  introduction: "This is your bank",
  beep_text: "Please call back",
  machine_detection: "continue",
  advanced_machine_detection: "default",
  beep_timeout: "60",
  region: "eu-west",
};
const SPEC = {
  from: "",
  randomFrom: true,
  introduction: "This is your bank",
  beepText: "Please call back",
  machineDetection: "continue",
  advancedDetection: { mode: "default", beepTimeoutSeconds: 60 },
  region: "eu-west",
};

async function accepted(request: RequestInit) {
  const { app, fixture } = apiFixture();
  const answer = await answerOf(await app.request("/call", request));
  expect(answer).toMatchObject({ status: 202 });
  return fixture.calls.records().specs;
}

const mustBe = (expected: string): [string, string] => [`must be ${expected}`, expected];

async function refusal(fields: object) {
  const { app, fixture } = apiFixture();
  const answer = await answerOf(await app.request("/call", json(fields)));
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  return answer;
}

describe("how a call is dialed", () => {
  it("is left to the carrier where nothing is said of it", async () => {
    const [spec] = await accepted(json(PARAMETERS));
    for (const field of Object.keys(SPEC)) if (field !== "from") expect(spec).not.toHaveProperty(field);
    expect(spec?.from).toBe(PARAMETERS.from);
  });

  it("is the same as a form and as JSON, with booleans and numbers too", async () => {
    for (const request of [
      form({ ...ANONYMOUS, ...WAY }),
      json({ ...ANONYMOUS, ...WAY }),
      json({ ...ANONYMOUS, ...WAY, random_from_number: true, beep_timeout: 60 }),
    ])
      expect(await accepted(request)).toMatchObject([SPEC]);
  });

  it("is a default of a batch, and of each row that does not say otherwise", async () => {
    const { to, ...shared } = ANONYMOUS;
    const calls = [{ to }, { to, region: "apac-sng", beep_timeout: 45 }];
    expect(await accepted(json({ defaults: { ...shared, ...WAY }, calls }))).toMatchObject([
      SPEC,
      { ...SPEC, region: "apac-sng", advancedDetection: { mode: "default", beepTimeoutSeconds: 45 } },
    ]);
  });

  it("is a column of a table", async () => {
    const columns = { ...ANONYMOUS, ...WAY };
    const body = `${Object.keys(columns).join(",")}\n${Object.values(columns).join(",")}\n`;
    const headers = { ...BEARER, "content-type": "text/csv" };
    expect(await accepted({ method: "POST", headers, body })).toMatchObject([SPEC]);
  });

  const FROM = "an E.164 number of your account, 7 to 15 digits, with or without +";
  it.each<[string, object, [field: string, wrong: string, expected: string]]>([
    ["no number to call from", ANONYMOUS, ["from", "is missing", FROM]],
    ["none, and none to be chosen", { ...ANONYMOUS, random_from_number: false }, ["from", "is missing", FROM]],
    [
      "two numbers to call from",
      { ...PARAMETERS, random_from_number: true },
      ["random_from_number", ...mustBe("false where from is given")],
    ],
    [
      "words for a beep that nobody listens for",
      { ...PARAMETERS, beep_text: "Hi" },
      [
        "beep_text",
        ...mustBe("left out unless advanced_machine_detection is default, and machine_detection not hangup"),
      ],
    ],
    [
      "words for a machine that is hung up on",
      { ...PARAMETERS, beep_text: "Hi", advanced_machine_detection: "default", machine_detection: "hangup" },
      [
        "beep_text",
        ...mustBe("left out unless advanced_machine_detection is default, and machine_detection not hangup"),
      ],
    ],
    [
      "time for a beep that nobody listens for",
      { ...PARAMETERS, beep_timeout: 60, advanced_machine_detection: "detect" },
      ["beep_timeout", ...mustBe("left out unless advanced_machine_detection is default or detect_beep")],
    ],
  ])("may not have %s", async (_, fields, error) => {
    expect(await refusal(fields)).toEqual(wrong(error));
  });

  it.each<[string, unknown, string]>([
    ["random_from_number", "perhaps", "true or false"],
    ["introduction", "x".repeat(501), "text of 1 to 500 characters"],
    ["beep_text", "x".repeat(501), "text of 1 to 500 characters"],
    ["advanced_machine_detection", "hangup", "off, default, detect or detect_beep"],
    ["beep_timeout", 44, "45 to 120 seconds"],
    ["beep_timeout", 121, "45 to 120 seconds"],
    ["region", "eu", "one of na-east, na-west, eu-west, eu-east, apac-sng, apac-australia"],
  ])("has a limit for %s: not %j", async (field, value, expected) => {
    const answer = await refusal({ ...PARAMETERS, [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ field, expected }] });
  });

  it("names a number that is missing beside what else is wrong", async () => {
    const answer = await refusal({ ...ANONYMOUS, region: "eu" });
    expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual(["from", "region"]);
  });
});
