import { describe, expect, it } from "vitest";
import { spokenPartsOf } from "../../src/call/spoken-parts.ts";
import { CallRequestSchema } from "../../src/contracts/request.ts";

function asked(changes: object) {
  const {
    text = "",
    texts,
    ...request
  } = CallRequestSchema.parse({
    to: "447700900001",
    from: "447700900999",
    text: "Your PIN?",
    pin_code: "0123",
    callback: "https://customer.example/result",
    ...changes,
  });
  return spokenPartsOf({ ...request, text });
}
const usual = { text: "Your PIN?", pinLength: 4, attemptsAllowed: 3 };

describe("what is said in a call", () => {
  it("has nothing in it that was not asked for", () => {
    expect(asked({})).toEqual(usual);
    expect(asked({ loop: 1, input_timeout: 5, max_attempts: 3, premium: false, repeat_text: "false" })).toEqual(usual);
  });

  it("has all that was asked for, numbers and booleans as text too", () => {
    const all = {
      bye_text: "Bye.",
      failed_text: "Wrong.",
      silence_text: "Nothing heard.",
      last_failed_text: "Wrong again.",
      repeat_text: "true",
      language: "de-de",
      style: "1",
      premium: "1",
      level: "-0.5",
      loop: "2",
      max_attempts: "10",
      input_timeout: "10",
      ringing_timer: "120",
      length_timer: "600",
    };
    expect(asked(all)).toEqual({
      ...usual,
      byeText: "Bye.",
      failedText: "Wrong.",
      silenceText: "Nothing heard.",
      lastFailedText: "Wrong again.",
      repeatsText: true,
      voice: { language: "de-DE", style: 1, premium: true, level: -0.5 },
      loop: 2,
      attemptsAllowed: 10,
      inputTimeoutSeconds: 10,
      ringingSeconds: 120,
      longestSeconds: 600,
    });
  });

  it("names a style for a voice, also of the language that is usual", () => {
    expect(asked({ voice: "male" })).toEqual({ ...usual, voice: { style: 7 } });
    expect(asked({ voice: "female", language: "ca-ES" })).toEqual({ ...usual, voice: { language: "ca-ES", style: 2 } });
  });

  it("has digits said one by one, as the voice takes it", () => {
    expect(asked({ text: "{digits:12}" }).text).toBe("<speak><say-as interpret-as='digits'>12</say-as></speak>");
    expect(asked({ text: "{digits:12}", language: "ca-ES", style: 1 }).text).toBe("1, 2");
    expect(asked({ failed_text: "No: {digits:12}" }).failedText).toContain("<say-as");
  });

  it.each([
    ["default", undefined, { mode: "default", beepTimeoutSeconds: 45 }],
    ["detect_beep", "120", { mode: "detect_beep", beepTimeoutSeconds: 120 }],
    ["detect", undefined, { mode: "detect" }],
  ])("has how machines are looked for: %s, beep_timeout %s", (advanced_machine_detection, beep_timeout, expected) => {
    const said = {
      introduction: "Your bank.",
      ...(advanced_machine_detection === "default" && { beep_text: "Call us." }),
    };
    const parts = asked({ ...said, advanced_machine_detection, ...(beep_timeout && { beep_timeout }) });
    expect(parts).toEqual({
      ...usual,
      introduction: "Your bank.",
      ...("beep_text" in said && { beepText: "Call us." }),
      advancedDetection: expected,
    });
  });
});
