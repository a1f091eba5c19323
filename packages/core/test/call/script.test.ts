import { describe, expect, it } from "vitest";
import { byeScript, hangUpScript, promptScript, retryScript } from "../../src/call/script.ts";

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
    expect(retryScript({ text: "Your PIN?", failedText: "Wrong.", pinLength: 4, digitsUrl })).toEqual([
      { action: "talk", text: "Wrong.", bargeIn: true },
      listen,
    ]);
  });

  it("says the prompt again where there is no such text", () => {
    expect(retryScript({ text: "Your PIN?", pinLength: 4, digitsUrl })).toEqual(
      promptScript({ text: "Your PIN?", pinLength: 4, digitsUrl }),
    );
  });

  it("says goodbye where there is something to say, and hangs up", () => {
    expect(byeScript({ byeText: "Thank you." })).toEqual([{ action: "talk", text: "Thank you." }]);
    expect(byeScript({})).toEqual([]);
    expect(hangUpScript()).toEqual([]);
  });
});
