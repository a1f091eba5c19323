import { describe, expect, it } from "vitest";
import { invalidParameters } from "../src/api/problems.ts";
import { nccoSchema } from "../src/definition/ncco.ts";
import { talk } from "./support.ts";

const input = (more: object = {}) => ({ action: "input", type: ["dtmf"], ...more });
const dtmf = (settings: object) => [input({ dtmf: settings })];
const prompt = talk("PIN?", { bargeIn: true });

const problemsOf = (ncco: unknown) => {
  const parsed = nccoSchema.safeParse(ncco);
  return parsed.success ? [] : invalidParameters(parsed.error);
};

const WHOLE = (min: number, max: number) => `must be a whole number between ${min} and ${max}`;
const ACTION = "must be an object with a known action";
const METHOD = "must be GET or POST";
const FOLLOWED = "must be followed by an input action";

describe("NCCO validation", () => {
  it.each<[string, unknown]>([
    ["nothing to do", []],
    ["a talk", [talk("Hello", { language: "en-GB", style: 2, premium: true, level: 0.5, loop: 0 })]],
    ["a level in text", [talk("Hello", { level: "-1" })]],
    ["1500 characters", [talk("x".repeat(1500))]],
    ["1500 characters beside SSML tags", [talk(`<speak>${"x".repeat(1500)}<break time="1s"/></speak>`)]],
    ["a prompt and its input", [prompt, input()]],
    ["a prompt in two parts", [prompt, talk("Now"), input()]],
    ["the least settings", dtmf({ timeOut: 0, maxDigits: 1 })],
    ["the most settings", dtmf({ timeOut: 10, maxDigits: 20, submitOnHash: true })],
    ["where to send digits", [input({ eventUrl: ["https://x.test/d?a=1"], eventMethod: "GET" })]],
    ["a notification", [{ action: "notify", payload: { said: true }, eventUrl: ["https://x.test/said"] }]],
    [
      "what is not simulated",
      [
        { action: "connect", endpoint: [] },
        { action: "wait", timeout: 0.5 },
      ],
    ],
  ])("accepts %s", (_what, ncco) => {
    expect(problemsOf(ncco)).toEqual([]);
  });

  it.each<[string, unknown, string, string]>([
    ["no list", {}, "must be an array of actions", "body"],
    ["an unknown action", [{ action: "sing" }], ACTION, "action"],
    ["no action", [{}], ACTION, "action"],
    ["a talk without text", [{ action: "talk" }], "must be text", "text"],
    ["an empty text", [talk("")], "must not be empty", "text"],
    ["a text of tags", [talk("<speak><break/></speak>")], "must not be empty", "text"],
    ["1501 characters", [talk("x".repeat(1501))], "can contain up to 1500 characters", "text"],
    ["a level of 2", [talk("x", { level: 2 })], "must be between -1 and 1", "level"],
    ["a prompt at the end", [prompt], FOLLOWED, "bargeIn"],
    ["a prompt before another action", [prompt, { action: "wait" }, input()], FOLLOWED, "bargeIn"],
    [
      "a notification of nothing",
      [{ action: "notify", eventUrl: ["https://x.test/said"] }],
      expect.any(String),
      "payload",
    ],
    ["a notification to nobody", [{ action: "notify", payload: {} }], "must be an array of one URL", "eventUrl"],
    ["an input without type", [{ action: "input" }], "must be an array of dtmf and speech", "type"],
    ["an input of no type", [input({ type: [] })], "must name dtmf or speech", "type"],
    ["no digit", dtmf({ maxDigits: 0 }), WHOLE(1, 20), "maxDigits"],
    ["21 digits", dtmf({ maxDigits: 21 }), WHOLE(1, 20), "maxDigits"],
    ["half a digit", dtmf({ maxDigits: 1.5 }), WHOLE(1, 20), "maxDigits"],
    ["a time out below 0", dtmf({ timeOut: -1 }), WHOLE(0, 10), "timeOut"],
    ["a time out of 11", dtmf({ timeOut: 11 }), WHOLE(0, 10), "timeOut"],
    ["a bare URL", [input({ eventUrl: "https://x.test" })], "must be an array of one URL", "eventUrl"],
    [
      "two URLs",
      [input({ eventUrl: ["https://a.test", "https://b.test"] })],
      "must be an array of one URL",
      "eventUrl",
    ],
    ["another scheme", [input({ eventUrl: ["ftp://x.test"] })], "must be an http or https URL", "eventUrl"],
    ["another method", [input({ eventMethod: "PUT" })], METHOD, "eventMethod"],
    ["another mode", [input({ mode: "asynchronous" })], "only synchronous is simulated", "mode"],
  ])("refuses %s", (_what, ncco, reason, name) => {
    expect(problemsOf(ncco)).toEqual([{ reason, name }]);
  });
});
