import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { PhoneCall } from "../../packages/console/src/data/stream-data.ts";
import { newContext, openIn } from "./support/page.ts";
import { startStage } from "./support/stage.ts";

/** In place of what a browser speaks and plays with: it keeps what is asked of it. */
const STUBS = `
globalThis.asked = [];
globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(globalThis, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "en-GB" }],
  speak: ({ text, lang }) => asked.push({ text, ...(lang && { lang }) }),
  cancel: () => asked.push("silence"),
} });
globalThis.AudioContext = class {
  currentTime = 0;
  destination = {};
  createGain = () => ({ gain: {}, connect: (next) => next });
  createOscillator = () => {
    const tone = { frequency: {}, connect: (next) => next, start: () => asked.push(tone.frequency.value + " Hz"), stop: () => {} };
    return tone;
  };
};`;

const RINGING: PhoneCall = {
  uuid: "63f61863-4a51-4f6b-86e1-46edebcf9356",
  to: "+44•••0011",
  from: "+44•••0999",
  state: "ringing",
  rang_at: "2026-11-30T10:00:00.000Z",
  rings_until: "2026-11-30T10:01:00.000Z",
  attempt: 1,
  digits_keyed: 0,
};
const RING = ["400 Hz", "450 Hz", "400 Hz", "450 Hz"];
const at = "2026-11-30T10:00:05.000Z";
const said = (...texts: readonly { text: string; language?: string }[]) => ({
  event: "said" as const,
  data: { uuid: RINGING.uuid, said: texts.map((text) => ({ ...text, at })) },
});

const asked = (page: Page) => page.evaluate("asked") as Promise<readonly unknown[]>;

/** The page before a phone that rings, and the name by which the page answers. */
async function ringing() {
  const stage = await startStage();
  const context = await newContext();
  await context.addInitScript(STUBS);
  const page = await openIn(context, stage.url);
  const acts: { tab: string }[] = [];
  await page.route("**/_local/phone", async (route) => {
    acts.push(route.request().postDataJSON());
    await route.fulfill({ status: 204 });
  });
  const tell = (more: Partial<PhoneCall>) => stage.journal.publish({ event: "phone", data: { ...RINGING, ...more } });
  tell({});
  const answer = async () => {
    await page.getByRole("button", { name: "Answer" }).click();
    await expect.poll(() => acts.length).toBe(1);
    tell({ state: "in_call", answered_at: at, tab: acts[0]?.tab ?? "" });
    await page.getByRole("button", { name: "Hang up" }).waitFor();
  };
  return { stage, page, tell, answer };
}

describe("the sound of the phone", () => {
  it("is off until it is touched: nothing rings, and nothing is spoken but shown", async () => {
    const { stage, page, answer } = await ringing();
    await answer();
    stage.journal.publish(said({ text: "Please enter your PIN." }));
    await page.getByRole("log").getByText("Please enter your PIN.").waitFor();
    expect(await page.getByRole("log").getAttribute("aria-live")).toBe("polite");
    expect(await asked(page)).toEqual([]);
  });

  it("rings with two tones, until the call is taken, and says each sentence once in its language", async () => {
    const { stage, page, tell, answer } = await ringing();
    await page.getByRole("button", { name: "Sound is off. Turn it on" }).click();
    await expect.poll(() => asked(page)).toEqual(RING);
    await answer();
    const english = { text: "Hello. <break/>Please enter your PIN.", language: "en-GB" };
    stage.journal.publish(said(english));
    const hello = [
      { text: "Hello.", lang: "en-GB" },
      { text: "Please enter your PIN.", lang: "en-GB" },
    ];
    await expect.poll(() => asked(page)).toEqual([...RING, ...hello]);
    expect(await page.getByRole("log").getAttribute("aria-live")).toBe("off");

    tell({ state: "in_call", answered_at: at, digits_keyed: 2, tab: "another" });
    await page.getByText("Answered in another tab").waitFor();
    expect(await asked(page)).toHaveLength(RING.length + hello.length);
  });

  it("says nothing again that was read before it was turned on", async () => {
    const { stage, page, answer } = await ringing();
    await answer();
    const [before, after] = [{ text: "Please enter your PIN." }, { text: "That was wrong." }];
    stage.journal.publish(said(before));
    await page.getByRole("log").getByText(before.text).waitFor();
    await page.getByRole("button", { name: "Sound is off. Turn it on" }).click();
    await page.getByRole("button", { name: "Sound is on. Turn it off" }).waitFor();
    stage.journal.publish(said(before, after));
    await expect.poll(() => asked(page)).toEqual([after]);
    await page.getByRole("button", { name: "Sound is on. Turn it off" }).click();
    await page.getByRole("button", { name: "Sound is off. Turn it on" }).click();
    await page.getByRole("button", { name: "Sound is on. Turn it off" }).waitFor();
    expect(await asked(page)).toEqual([after, "silence"]);
  });

  it("says which voice is missing, speaks all the same, and stops when it is turned off", async () => {
    const { stage, page, answer } = await ringing();
    await answer();
    await page.getByRole("button", { name: "Sound is off. Turn it on" }).click();
    stage.journal.publish(said({ text: "Bitte geben Sie Ihre PIN ein.", language: "de-DE" }));
    await page.getByText("No voice for de-DE here; read the text.").waitFor();
    expect(await asked(page)).toEqual([{ text: "Bitte geben Sie Ihre PIN ein.", lang: "de-DE" }]);
    await page.getByRole("button", { name: "Sound is on. Turn it off" }).click();
    await expect.poll(async () => (await asked(page)).at(-1)).toBe("silence");
  });
});
