import type { Cancel } from "../clock.ts";
import type { NccoAction } from "../definition/ncco.ts";
import type { Person } from "./people.ts";
import { MAX_DIGITS, type Player } from "./player.ts";

const LISTENS_SECONDS = 2;
const REACTS_SECONDS = 1;
const KEY_SECONDS = 0.3;
const DEFAULT_LANGUAGE = "en-US";

/** A person on the phone: listens to a prompt for a moment, then presses keys one after another. */
export class Callee {
  readonly #person: Person;
  readonly #player: Player;
  readonly #after: (seconds: number, run: () => void) => Cancel;
  #cancel: Cancel | undefined;
  #attempt = 0;
  #heard = 0;
  #language = DEFAULT_LANGUAGE;
  #isHere: boolean;

  constructor(person: Person, player: Player, after: (seconds: number, run: () => void) => Cancel) {
    this.#person = person;
    this.#player = player;
    this.#after = after;
    this.#isHere = person.comesAfterSeconds === undefined && !person.comesAfterFirstWords;
  }

  /** The call is answered, perhaps by a machine until the person comes. */
  answers(): void {
    if (this.#person.comesAfterSeconds !== undefined) this.#after(this.#person.comesAfterSeconds, () => this.#comes());
  }

  hears(action: NccoAction, interruptible: boolean): void {
    if (action.action === "talk") this.#language = action.language ?? DEFAULT_LANGUAGE;
    this.#heard++;
    if (this.#person.comesAfterFirstWords && this.#heard > 1) this.#isHere = true;
    if (this.#cancel || !this.#isHere) return;
    if (interruptible) this.#cancel = this.#after(LISTENS_SECONDS, () => this.#startKeying());
    else if (action.action === "input") this.#cancel = this.#after(REACTS_SECONDS, () => this.#startKeying());
  }

  /** The input is over: keys not pressed yet stay unpressed. */
  isDone(): void {
    this.#attempt++;
    this.startsOver();
  }

  startsOver(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The person picks up during the prompt or the silence after it. */
  #comes(): void {
    this.#isHere = true;
    if (this.#player.listeningInput()) this.#cancel = this.#after(REACTS_SECONDS, () => this.#startKeying());
  }

  #startKeying(): void {
    const dtmf = this.#player.listeningInput()?.dtmf;
    const keys = this.#person.keys(this.#attempt, dtmf?.maxDigits ?? MAX_DIGITS, this.#language);
    this.#keyIn(keys !== "" && !keys.endsWith("#") && dtmf?.submitOnHash ? [...keys, "#"] : [...keys]);
  }

  #keyIn([key, ...rest]: readonly string[]): void {
    if (key === undefined) return;
    // Set before the key is pressed: the key may end the input, which takes the next one back.
    this.#cancel = this.#after(KEY_SECONDS, () => this.#keyIn(rest));
    this.#player.press(key);
  }
}
