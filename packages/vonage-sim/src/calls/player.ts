import type { Cancel } from "../clock.ts";
import { type InputAction, type Ncco, type NccoAction, type NotifyAction, spokenText } from "../definition/ncco.ts";

export interface PlayerEvents {
  readonly after: (seconds: number, run: () => void) => Cancel;
  /** An action begins; `interruptible` says that a key would cut it short. */
  readonly onAction: (action: NccoAction, interruptible: boolean) => void;
  readonly onInput: (action: InputAction, entered: { readonly digits: string; readonly timedOut: boolean }) => void;
  /** It goes on when it is told to. */
  readonly onNotify: (action: NotifyAction) => void;
  readonly onEnd: () => void;
}

const CHARS_PER_SECOND = 15;
const STREAM_SECONDS = 5;
const WAIT_SECONDS = 10;
const INPUT_TIMEOUT_SECONDS = 3;
export const MAX_DIGITS = 4;

/** Plays one NCCO at a time: speaks, waits, and listens for keys. */
export class Player {
  readonly #events: PlayerEvents;
  #rest: NccoAction[] = [];
  #current: NccoAction | undefined;
  #bargeIn = false;
  #digits = "";
  #cancel: Cancel = () => {};

  constructor(events: PlayerEvents) {
    this.#events = events;
  }

  play(ncco: Ncco): void {
    this.stop();
    this.#rest = [...ncco];
    this.#goOn();
  }

  /** After an input or a notification, with what is left of the NCCO. */
  resume(): void {
    if (!this.#current) this.#goOn();
  }

  stop(): void {
    this.#cancel();
    this.#rest = [];
    this.#current = undefined;
    this.#bargeIn = false;
  }

  /** The input that keys pressed now would go to. */
  listeningInput(): InputAction | undefined {
    if (this.#current?.action === "input") return this.#current;
    return this.#bargeIn ? this.#rest.find((action) => action.action === "input") : undefined;
  }

  /** How many keys were pressed for the input that listens. */
  get keyed(): number {
    return this.#current?.action === "input" ? this.#digits.length : 0;
  }

  press(key: string): void {
    if (this.#bargeIn) this.#skipToInput();
    if (this.#current?.action === "input") this.#hear(this.#current, key);
  }

  #goOn(): void {
    this.#cancel();
    const action = this.#rest.shift();
    this.#current = action;
    if (!action) {
      this.#events.onEnd();
      return;
    }
    if (action.action === "input") this.#bargeIn = false;
    if (action.action === "talk" || action.action === "stream") this.#bargeIn ||= action.bargeIn === true;
    this.#events.onAction(action, this.#bargeIn);
    this.#begin(action);
  }

  #begin(action: NccoAction): void {
    switch (action.action) {
      case "talk":
        this.#endsAfter((spokenText(action.text).length / CHARS_PER_SECOND) * repeats(action.loop));
        break;
      case "stream":
        this.#endsAfter(STREAM_SECONDS * repeats(action.loop));
        break;
      case "wait":
        this.#endsAfter(action.timeout ?? WAIT_SECONDS);
        break;
      case "input":
        this.#digits = "";
        this.#listen(action);
        break;
      case "notify":
        this.#current = undefined;
        this.#events.onNotify(action);
        break;
      case "record":
      case "conversation":
      case "connect":
      case "pay":
      case "transfer":
        this.#endsAfter(0);
        break;
      default:
        action satisfies never;
    }
  }

  #endsAfter(seconds: number): void {
    if (seconds !== Number.POSITIVE_INFINITY) this.#cancel = this.#events.after(seconds, () => this.#goOn());
  }

  #listen(action: InputAction): void {
    const timeoutSeconds = action.dtmf?.timeOut ?? INPUT_TIMEOUT_SECONDS;
    this.#cancel = this.#events.after(timeoutSeconds, () => this.#finish(action, true));
  }

  #hear(action: InputAction, key: string): void {
    this.#cancel();
    if (key === "#" && action.dtmf?.submitOnHash) {
      this.#finish(action, false);
      return;
    }
    this.#digits += key;
    if (this.#digits.length >= (action.dtmf?.maxDigits ?? MAX_DIGITS)) this.#finish(action, false);
    else this.#listen(action);
  }

  #finish(action: InputAction, timedOut: boolean): void {
    this.#current = undefined;
    this.#events.onInput(action, { digits: this.#digits, timedOut });
  }

  #skipToInput(): void {
    while (this.#rest[0] && this.#rest[0].action !== "input") this.#rest.shift();
    this.#goOn();
  }
}

/** Looping 0 times means for ever. */
function repeats(loop = 1): number {
  return loop === 0 ? Number.POSITIVE_INFINITY : loop;
}
