import type { Cancel } from "../clock.ts";
import type { CallUpdate, Transfer } from "../definition/call-request.ts";
import type { InputAction, NccoAction } from "../definition/ncco.ts";
import type { Answer } from "./answer.ts";
import { type CallRecord, isOver } from "./call.ts";
import { CallWebhooks, type CallWebhooksParts } from "./call-webhooks.ts";
import { Callee } from "./callee.ts";
import { type Detection, detectionAsked, listen } from "./detection.ts";
import { type EnteredDigits, type LegUpdate, summarize } from "./events.ts";
import type { HandAct } from "./handset.ts";
import type { Failure } from "./people.ts";
import { Player } from "./player.ts";

export interface CallSessionParts extends CallWebhooksParts {
  readonly call: CallRecord;
  readonly onChange: () => void;
}

const RINGS_AFTER_SECONDS = 1;
const PICKS_UP_AFTER_SECONDS = 3;
const REFUSES_AFTER_SECONDS = 1;
const RINGING_TIMER_SECONDS = 60;
const LENGTH_TIMER_SECONDS = 7200;
const UNCHANGEABLE_SECONDS = 1;

/** The state of one call, from `started` to its end. */
export class CallSession {
  readonly #parts: CallSessionParts;
  readonly #player: Player;
  readonly #callee: Callee;
  readonly #webhooks: CallWebhooks;
  #stopRinging: Cancel = () => {};
  #answeredAt: Date | undefined;
  #ncco: readonly NccoAction[] | undefined;
  #hasPlayed = false;
  // Incremented when the call changes course: answers to earlier webhooks are then ignored.
  #generation = 0;

  constructor(parts: CallSessionParts) {
    this.#parts = parts;
    this.#ncco = parts.request.ncco;
    this.#webhooks = new CallWebhooks(parts);
    const after = (seconds: number, run: () => void) => parts.timeline.after(seconds, run);
    this.#player = new Player({
      after,
      onAction: (action, interruptible) => this.#playing(action, interruptible),
      onInput: (action, entered) => this.#entered(action, entered),
      onNotify: (action) => void this.#follow(this.#webhooks.notify(action)),
      onEnd: () => this.#hangUp("platform"),
    });
    this.#callee = new Callee(parts.person, this.#player, after);
  }

  begin(): void {
    const { person, timeline } = this.#parts;
    this.#enter({ status: "started" });
    const { pickup } = person;
    const isReachable = pickup.kind !== "fails" || pickup.rings;
    timeline.after(RINGS_AFTER_SECONDS, () => (isReachable ? this.#ring() : this.#fail(pickup.failure)));
  }

  /** False when the call is too young, or over, to be changed. */
  update(update: CallUpdate): boolean {
    if (isOver(this.#parts.call) || this.#parts.timeline.ageSeconds() < UNCHANGEABLE_SECONDS) return false;
    switch (update.action) {
      case "hangup":
        this.#hangUp("platform");
        return true;
      case "transfer":
        this.#transfer(update.destination);
        return true;
      case "mute":
      case "unmute":
      case "earmuff":
      case "unearmuff":
        return true;
      default:
        return update satisfies never;
    }
  }

  /** Somebody here does what the callee would do. False when it is too late for that. */
  byHand(act: HandAct): boolean {
    const { call } = this.#parts;
    const isTalking = call.status === "answered";
    if (!isTalking && call.status !== "ringing") return false;
    if (act.act === "hang_up" && isTalking) this.#hangUp("user");
    else if (act.act === "key" && isTalking) this.#press(act.key);
    else if (act.act === "answer" && !isTalking) this.#answer();
    else if (act.act !== "key" && !isTalking) this.#fail({ status: "rejected", detail: "declined" });
    else return false;
    return true;
  }

  #press(key: string): void {
    this.#player.press(key);
    this.#parts.call.keyed = this.#player.keyed;
    this.#parts.onChange();
  }

  #ring(): void {
    const { person, request, timeline } = this.#parts;
    const { pickup } = person;
    this.#enter({ status: "ringing" });
    this.#stopRinging = timeline.after(request.ringing_timer ?? RINGING_TIMER_SECONDS, () =>
      this.#fail({ status: "unanswered", detail: "timeout" }),
    );
    switch (pickup.kind) {
      case "answers":
        timeline.after(PICKS_UP_AFTER_SECONDS, () => this.#answer());
        return;
      case "fails":
        timeline.after(REFUSES_AFTER_SECONDS, () => this.#fail(pickup.failure));
        return;
      case "ignores":
        return;
      default:
        pickup satisfies never;
    }
  }

  #answer(): void {
    const { person, request, timeline } = this.#parts;
    this.#stopRinging();
    this.#answeredAt = timeline.now();
    this.#enter({ status: "answered" });
    timeline.after(request.length_timer ?? LENGTH_TIMER_SECONDS, () => this.#hangUp("platform"));
    if (person.hangsUpAfterSeconds !== undefined) {
      timeline.after(person.hangsUpAfterSeconds, () => this.#hangUp("user"));
    }
    this.#callee.answers();
    const detection = detectionAsked(request);
    if (detection) this.#listen(detection);
    if (!detection?.waits) this.#startNcco();
  }

  #listen(detection: Detection): void {
    const { person, timeline } = this.#parts;
    listen(detection, {
      person,
      after: (seconds, run) => timeline.after(seconds, run),
      onFound: (update) => this.#enter(update),
      onReady: () => !this.#hasPlayed && this.#startNcco(),
      onUnwanted: () => this.#hangUp("platform"),
      onBeep: () => void this.#follow(this.#webhooks.beep()),
    });
  }

  #startNcco(): void {
    const { answer_url: [answerUrl] = [], answer_method: method } = this.#parts.request;
    if (this.#ncco) this.#play(this.#ncco);
    else if (answerUrl !== undefined) void this.#follow(this.#webhooks.answer(answerUrl, method));
  }

  #playing(action: NccoAction, interruptible: boolean): void {
    this.#parts.call.ncco.push(action);
    this.#parts.call.keyed = 0;
    this.#callee.hears(action, interruptible);
    this.#parts.onChange();
  }

  #entered(action: InputAction, entered: EnteredDigits): void {
    this.#callee.isDone();
    this.#parts.call.digits.push(entered.digits);
    this.#parts.call.keyed = 0;
    this.#parts.onChange();
    void this.#follow(this.#webhooks.digits(action, entered));
  }

  #transfer({ ncco, url }: Transfer["destination"]): void {
    if (ncco) {
      this.#generation++;
      this.#play(ncco);
    } else if (url) {
      void this.#follow(this.#webhooks.answer(url[0]));
    }
  }

  async #follow(asked: Promise<Answer>): Promise<void> {
    const generation = ++this.#generation;
    const answer = await asked;
    if (generation !== this.#generation) return;
    switch (answer.kind) {
      case "ncco":
        this.#play(answer.ncco);
        break;
      // With nothing left of the NCCO, or none to begin with, this ends the call.
      case "goesOn":
      case "failed":
        if (this.#answeredAt) this.#player.resume();
        break;
      case "syntaxError":
        this.#refuseNcco();
        break;
      case "stopped":
        break;
      default:
        answer satisfies never;
    }
  }

  /** A call that has not been answered yet will play it when it is. */
  #play(ncco: readonly NccoAction[]): void {
    this.#ncco = ncco;
    if (!this.#answeredAt) return;
    this.#hasPlayed = true;
    this.#callee.startsOver();
    if (this.#parts.person.failsOnNcco) this.#refuseNcco();
    else this.#player.play(ncco);
  }

  #refuseNcco(): void {
    this.#webhooks.syntaxError();
    this.#hangUp("platform");
  }

  #hangUp(by: "platform" | "user"): void {
    if (this.#answeredAt) {
      this.#parts.call.disconnectedBy = by;
      this.#end({ status: "completed" });
    } else this.#fail({ status: "cancelled" });
  }

  /** `completed` follows on everything but `rejected`. */
  #fail(failure: Failure): void {
    if (failure.status !== "rejected") this.#enter(failure);
    this.#end(failure.status === "rejected" ? failure : { status: "completed" });
  }

  #end(update: LegUpdate): void {
    const { call, timeline } = this.#parts;
    this.#generation++;
    this.#player.stop();
    timeline.cancelAll();
    call.summary = summarize(this.#answeredAt, timeline.now());
    this.#enter(update);
    this.#webhooks.close();
  }

  #enter(update: LegUpdate): void {
    // A look-up never shows `human`.
    if (update.status !== "human") this.#parts.call.status = update.status;
    this.#parts.onChange();
    this.#webhooks.status(update);
  }
}
