import { describe, expect, it } from "vitest";
import {
  beepScript,
  byeScript,
  hangUpScript,
  lastFailedScript,
  promptScript,
  retryScript,
} from "../../src/call/script.ts";

const digitsUrl = "https://hooks.example/calls/1/digits/1/token";
const listen = {
  action: "input",
  type: ["dtmf"],
  dtmf: { maxDigits: 4, timeOut: 5 },
  eventUrl: [digitsUrl],
  eventMethod: "POST",
};

describe("the script", () => {
  it("says the prompt, lets it be interrupted, and listens for as many digits as the PIN has", () => {
    expect(promptScript({ text: "Your PIN?", pinLength: 4, digitsUrl })).toEqual([
      { action: "talk", text: "Your PIN?", bargeIn: true },
      listen,
    ]);
  });

  it("says the customer's text after a wrong PIN and listens again", () => {
    expect(retryScript({ text: "Your PIN?", failedText: "Wrong.", pinLength: 4, digitsUrl, isSilence: false })).toEqual(
      [{ action: "talk", text: "Wrong.", bargeIn: true }, listen],
    );
  });

  it("says the prompt again where there is no such text", () => {
    expect(retryScript({ text: "Your PIN?", pinLength: 4, digitsUrl, isSilence: false })).toEqual(
      promptScript({ text: "Your PIN?", pinLength: 4, digitsUrl }),
    );
  });

  it("says goodbye where there is something to say, and hangs up", () => {
    expect(byeScript({ keyed: "1234", byeText: "Thank you." })).toEqual([{ action: "talk", text: "Thank you." }]);
    expect(byeScript({ keyed: "1234" })).toEqual([]);
    expect(hangUpScript()).toEqual([]);
  });

  describe("with a voice of its own", () => {
    const voice = { language: "de-DE", style: 3, premium: true, level: 0.5 } as const;
    const talk = (text: string) => ({ action: "talk", text, ...voice });

    it("says everything in it, the prompt as often as asked for", () => {
      expect(promptScript({ text: "PIN?", voice, loop: 2, pinLength: 4, digitsUrl })).toEqual([
        { ...talk("PIN?"), loop: 2, bargeIn: true },
        listen,
      ]);
      expect(
        retryScript({ text: "PIN?", failedText: "No.", voice, loop: 2, pinLength: 4, digitsUrl, isSilence: false }),
      ).toEqual([{ ...talk("No."), bargeIn: true }, listen]);
      expect(byeScript({ keyed: "1234", byeText: "Bye.", voice })).toEqual([talk("Bye.")]);
      expect(lastFailedScript({ lastFailedText: "No more.", voice })).toEqual([talk("No more.")]);
    });
  });

  it("waits for each key as long as asked for", () => {
    const [, input] = promptScript({ text: "PIN?", inputTimeoutSeconds: 9, pinLength: 4, digitsUrl });
    expect(input).toEqual({ ...listen, dtmf: { maxDigits: 4, timeOut: 9 } });
  });

  it.each<[string, object, boolean, string[]]>([
    ["silence with a text of its own", { failedText: "No.", silenceText: "Nothing." }, true, ["Nothing."]],
    ["silence with that of a wrong PIN", { failedText: "No." }, true, ["No."]],
    ["a wrong PIN, whatever is said of silence", { failedText: "No.", silenceText: "Nothing." }, false, ["No."]],
    ["a wrong PIN without a text, whatever is said of silence", { silenceText: "Nothing." }, false, ["PIN?"]],
    ["a wrong PIN, and then the prompt again", { failedText: "No.", repeatsText: true }, false, ["No.", "PIN?"]],
    ["silence, and then the prompt again", { silenceText: "Nothing.", repeatsText: true }, true, ["Nothing.", "PIN?"]],
    ["a wrong PIN with the prompt alone, once", { repeatsText: true }, false, ["PIN?"]],
  ])("answers %s", (_, words, isSilence, said) => {
    const script = retryScript({ text: "PIN?", ...words, pinLength: 4, digitsUrl, isSilence });
    expect(script).toEqual([...said.map((text) => ({ action: "talk", text, bargeIn: true })), listen]);
  });

  it("hangs up after the last wrong PIN where there is nothing to say", () => {
    expect(lastFailedScript({})).toEqual([]);
  });
});

describe("an introduction", () => {
  it("is said once, before the prompt, and a key cuts both short", () => {
    const given = { introduction: "Your bank.", text: "PIN?", loop: 2, pinLength: 4, digitsUrl };
    expect(promptScript(given)).toEqual([
      { action: "talk", text: "Your bank.", bargeIn: true },
      ...promptScript({ text: "PIN?", loop: 2, pinLength: 4, digitsUrl }),
    ]);
  });
});

describe("a machine that has beeped", () => {
  it("is told what was left for it, in the voice of the call, and nothing where nothing was", () => {
    const voice = { language: "de-DE" };
    expect(beepScript({ beepText: "Bitte rufen Sie an.", voice })).toEqual([
      { action: "talk", text: "Bitte rufen Sie an.", language: "de-DE" },
    ]);
    expect(beepScript({ voice })).toBeUndefined();
  });
});
