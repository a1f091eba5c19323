import type { CallSpec, VoiceSpec } from "../contracts/records/spec.ts";
import { SAID } from "./call.ts";

/** The NCCO actions this service uses. */
export type NccoAction = Talk | Input | Notify;

export interface Talk extends VoiceSpec {
  readonly action: "talk";
  readonly text: string;
  readonly loop?: number;
  readonly bargeIn?: true;
}

export interface Input {
  readonly action: "input";
  readonly type: readonly ["dtmf"];
  readonly dtmf: { readonly maxDigits: number; readonly timeOut: number; readonly submitOnHash?: true };
  readonly eventUrl: readonly [string];
  readonly eventMethod: "POST";
}

/** Tells that the actions before it are over: https://developer.vonage.com/en/voice/voice-api/ncco-reference#notify */
export interface Notify {
  readonly action: "notify";
  readonly payload: { readonly said: true };
  readonly eventUrl: readonly [string];
  readonly eventMethod: "POST";
}

export type Ncco = readonly NccoAction[];

/** Longer than the carrier's default of 3 s, because people look the PIN up. The carrier's limit is 10 s. */
export const SILENCE_SECONDS = 5;

type Spoken = { readonly voice?: VoiceSpec | undefined };
type Listener = Pick<CallSpec, "pinLength" | "inputTimeoutSeconds" | "submitsOnHash"> & { readonly digitsUrl: string };
type Prompt = Pick<CallSpec, "introduction" | "text" | "loop"> & Spoken;

/**
 * Says the prompt and listens. A key pressed during the prompt counts; `bargeIn` needs the `input` right after it. Where
 * nothing is asked, it tells when all is said.
 */
export function promptScript({ ask, ...spec }: Prompt & Listener & Pick<CallSpec, "ask">): Ncco {
  const { introduction, text, loop, voice, ...listener } = spec;
  const said = [
    ...(introduction === undefined ? [] : [talk({ text: introduction, voice })]),
    { ...talk({ text, voice }), ...(loop !== undefined && { loop }) },
  ];
  if (ask === "say") return [...said, tellSaid(listener)];
  return [...said.map((one) => ({ ...one, bargeIn: true as const })), listen(listener)];
}

/** The number of the first attempt that the person is offered, or that of none. */
export function firstAttemptOf({ ask }: Pick<CallSpec, "ask">): number {
  return ask === "say" ? Number(SAID) : 1;
}

type Retry = Prompt & Pick<CallSpec, "failedText" | "silenceText" | "repeatsText">;

/**
 * After a wrong attempt with others left: the customer's text for that, or the prompt again, or both. Silence may have a
 * text of its own.
 */
export function retryScript({ isSilence, ...spec }: Retry & Listener & { readonly isSilence: boolean }): Ncco {
  const { text, failedText, silenceText = failedText, repeatsText, voice, ...listener } = spec;
  const said = isSilence ? silenceText : failedText;
  const texts = said === undefined ? [text] : repeatsText ? [said, text] : [said];
  return [...texts.map((one) => ({ ...talk({ text: one, voice }), bargeIn: true as const })), listen(listener)];
}

/** After the right PIN, or a choice, which may have a text of its own. With no text, the carrier hangs up at once. */
export function byeScript({
  byeText,
  choiceTexts,
  keyed,
  voice,
}: Pick<CallSpec, "byeText" | "choiceTexts"> & Spoken & { readonly keyed: string }): Ncco {
  return lastWords({ text: choiceTexts?.[keyed] ?? byeText, voice });
}

/** After the last attempt, if that was wrong too. */
export function lastFailedScript({ lastFailedText, voice }: Pick<CallSpec, "lastFailedText"> & Spoken): Ncco {
  return lastWords({ text: lastFailedText, voice });
}

/** For an answering machine that has beeped; undefined where nothing is left on it. */
export function beepScript({ beepText, voice }: Pick<CallSpec, "beepText"> & Spoken): Ncco | undefined {
  return beepText === undefined ? undefined : [talk({ text: beepText, voice })];
}

function lastWords({ text, voice }: { text: string | undefined } & Spoken): Ncco {
  return text === undefined ? hangUpScript() : [talk({ text, voice })];
}

/** An empty NCCO ends the call. */
export function hangUpScript(): Ncco {
  return [];
}

function talk({ text, voice }: { text: string } & Spoken): Talk {
  return { action: "talk", text, ...voice };
}

function tellSaid({ digitsUrl }: Pick<Listener, "digitsUrl">): Notify {
  return { action: "notify", payload: { said: true }, eventUrl: [digitsUrl], eventMethod: "POST" };
}

function listen({ pinLength, inputTimeoutSeconds, submitsOnHash, digitsUrl }: Listener): Input {
  return {
    action: "input",
    type: ["dtmf"],
    dtmf: {
      maxDigits: pinLength,
      timeOut: inputTimeoutSeconds ?? SILENCE_SECONDS,
      ...(submitsOnHash && { submitOnHash: true }),
    },
    eventUrl: [digitsUrl],
    eventMethod: "POST",
  };
}
