import type { CallSpec } from "../contracts/records/spec.ts";

/** The NCCO actions this service uses. */
export type NccoAction = Talk | Input;

export interface Talk {
  readonly action: "talk";
  readonly text: string;
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

type Listener = Pick<CallSpec, "pinLength"> & { readonly digitsUrl: string };

/** Says the prompt and listens. A key pressed during the prompt counts; `bargeIn` needs the `input` right after it. */
export function promptScript({ text, ...listener }: Pick<CallSpec, "text"> & Listener): Ncco {
  return [{ action: "talk", text, bargeIn: true }, listen(listener)];
}

/** After a wrong PIN with attempts left: the customer's text for that, or the prompt again. */
export function retryScript({ text, failedText, ...listener }: Pick<CallSpec, "text" | "failedText"> & Listener): Ncco {
  return promptScript({ text: failedText ?? text, ...listener });
}

/** After the right PIN. With no text, the carrier hangs up at once. */
export function byeScript({ byeText }: Pick<CallSpec, "byeText">): Ncco {
  return byeText === undefined ? hangUpScript() : [{ action: "talk", text: byeText }];
}

/** An empty NCCO ends the call. */
export function hangUpScript(): Ncco {
  return [];
}

function listen({ pinLength, digitsUrl }: Listener): Input {
  return {
    action: "input",
    type: ["dtmf"],
    dtmf: { maxDigits: pinLength, timeOut: SILENCE_SECONDS },
    eventUrl: [digitsUrl],
    eventMethod: "POST",
  };
}
