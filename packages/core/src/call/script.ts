import type { CallSpec, VoiceSpec } from "../contracts/records/spec.ts";

/** The NCCO actions this service uses. */
export type NccoAction = Talk | Input;

export interface Talk extends VoiceSpec {
  readonly action: "talk";
  readonly text: string;
  readonly loop?: number;
  readonly bargeIn?: true;
}

export interface Input {
  readonly action: "input";
  readonly type: readonly ["dtmf"];
  readonly dtmf: { readonly maxDigits: number; readonly timeOut: number };
  readonly eventUrl: readonly [string];
  readonly eventMethod: "POST";
}

export type Ncco = readonly NccoAction[];

/** Longer than the carrier's default of 3 s, because people look the PIN up. The carrier's limit is 10 s. */
export const SILENCE_SECONDS = 5;

type Spoken = { readonly voice?: VoiceSpec | undefined };
type Listener = Pick<CallSpec, "pinLength" | "inputTimeoutSeconds"> & { readonly digitsUrl: string };
type Prompt = Pick<CallSpec, "introduction" | "text" | "loop"> & Spoken;

/** Says the prompt and listens. A key pressed during the prompt counts; `bargeIn` needs the `input` right after it. */
export function promptScript({ introduction, text, loop, voice, ...listener }: Prompt & Listener): Ncco {
  return [
    ...(introduction === undefined ? [] : [{ ...talk({ text: introduction, voice }), bargeIn: true as const }]),
    { ...talk({ text, voice }), ...(loop !== undefined && { loop }), bargeIn: true },
    listen(listener),
  ];
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

/** After the right PIN. With no text, the carrier hangs up at once. */
export function byeScript({ byeText, voice }: Pick<CallSpec, "byeText"> & Spoken): Ncco {
  return lastWords({ text: byeText, voice });
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

function listen({ pinLength, inputTimeoutSeconds, digitsUrl }: Listener): Input {
  return {
    action: "input",
    type: ["dtmf"],
    dtmf: { maxDigits: pinLength, timeOut: inputTimeoutSeconds ?? SILENCE_SECONDS },
    eventUrl: [digitsUrl],
    eventMethod: "POST",
  };
}
