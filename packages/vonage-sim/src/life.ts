import type { Answer } from "./answer.ts";
import { type CallRecord, type CallStatus, isOver } from "./call.ts";
import type { CallRequest, CallUpdate, Transfer } from "./call-request.ts";
import { Callee } from "./callee.ts";
import type { Cancel } from "./clock.ts";
import { summarize } from "./events.ts";
import { Hooks } from "./hooks.ts";
import type { InputAction, NccoAction } from "./ncco.ts";
import type { Outbox } from "./outbox.ts";
import type { Person } from "./people.ts";
import { Player } from "./player.ts";
import type { Timeline } from "./timeline.ts";

export interface LifeParts {
  readonly call: CallRecord;
  readonly request: CallRequest;
  readonly person: Person;
  readonly timeline: Timeline;
  readonly outbox: Outbox;
  readonly onChange: () => void;
}

const RINGS_AFTER_SECONDS = 1;
const PICKS_UP_AFTER_SECONDS = 3;
const REFUSES_AFTER_SECONDS = 1;
const MACHINE_DETECTED_AFTER_SECONDS = 3;
const RINGING_TIMER_SECONDS = 60;
const LENGTH_TIMER_SECONDS = 7200;
const UNCHANGEABLE_SECONDS = 1;

/** One call from `started` to its end. */
export class Life {
  readonly #parts: LifeParts;
  readonly #player: Player;
  readonly #callee: Callee;
  readonly #hooks: Hooks;
  #stopRinging: Cancel = () => {};
  #answeredAt: Date | undefined;
  #ncco: readonly NccoAction[] | undefined;
  // Whatever was asked before the call took another turn is answered in vain.
  #turn = 0;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.#ncco = parts.request.ncco;
    this.#hooks = new Hooks(parts);
    const after = (seconds: number, run: () => void) => parts.timeline.after(seconds, run);
    this.#player = new Player({
      after,
      onAction: (action, interruptible) => this.#playing(action, interruptible),
      onInput: (action, digits, timedOut) => this.#heard(action, digits, timedOut),
      onEnd: () => this.#hangUp("platform"),
    });
    this.#callee = new Callee(parts.person, this.#player, after);
  }

  begin(): void {
    this.#enter("started");
    this.#parts.timeline.after(RINGS_AFTER_SECONDS, () => this.#ring());
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

  #ring(): void {
    const { person, request, timeline } = this.#parts;
    this.#enter("ringing");
    this.#stopRinging = timeline.after(request.ringing_timer ?? RINGING_TIMER_SECONDS, () => this.#fail("unanswered"));
    switch (person.pickup) {
      case "answers":
      case "mailbox":
        timeline.after(PICKS_UP_AFTER_SECONDS, () => this.#answer());
        return;
      case "busy":
        timeline.after(REFUSES_AFTER_SECONDS, () => this.#fail("busy"));
        return;
      case "rejects":
        timeline.after(REFUSES_AFTER_SECONDS, () => this.#end("rejected"));
        return;
      case "ignores":
        return;
      default:
        person.pickup satisfies never;
    }
  }

  #answer(): void {
    const { person, request, timeline } = this.#parts;
    this.#stopRinging();
    this.#answeredAt = timeline.now();
    this.#enter("answered");
    timeline.after(request.length_timer ?? LENGTH_TIMER_SECONDS, () => this.#hangUp("platform"));
    if (person.hangsUpAfterSeconds !== undefined) {
      timeline.after(person.hangsUpAfterSeconds, () => this.#hangUp("user"));
    }
    if (person.pickup === "mailbox") timeline.after(MACHINE_DETECTED_AFTER_SECONDS, () => this.#detectMachine());
    if (this.#ncco) this.#player.play(this.#ncco);
    else void this.#follow(this.#hooks.answer(request.answer_url, request.answer_method));
  }

  #detectMachine(): void {
    const { request } = this.#parts;
    const behaviour = request.advanced_machine_detection
      ? (request.advanced_machine_detection.behavior ?? "continue")
      : request.machine_detection;
    if (!behaviour) return;
    this.#enter("machine");
    if (behaviour === "hangup") this.#hangUp("platform");
  }

  #playing(action: NccoAction, interruptible: boolean): void {
    this.#parts.call.ncco.push(action);
    this.#callee.hears(action, interruptible);
    this.#parts.onChange();
  }

  #heard(action: InputAction, digits: string, timedOut: boolean): void {
    this.#callee.isDone();
    this.#parts.call.digits.push(digits);
    this.#parts.onChange();
    void this.#follow(this.#hooks.digits(action, digits, timedOut));
  }

  #transfer({ ncco, url }: Transfer["destination"]): void {
    if (ncco) {
      this.#turn++;
      this.#play(ncco);
    } else {
      void this.#follow(this.#hooks.answer(url, "GET"));
    }
  }

  async #follow(asked: Promise<Answer>): Promise<void> {
    const turn = ++this.#turn;
    const answer = await asked;
    if (turn !== this.#turn) return;
    switch (answer.kind) {
      case "ncco":
        this.#play(answer.ncco);
        break;
      case "goesOn":
        if (this.#answeredAt) this.#player.resume();
        break;
      case "syntaxError":
        this.#hooks.syntaxError();
        this.#hangUp("platform");
        break;
      case "failed":
        this.#hangUp("platform");
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
    this.#callee.startsOver();
    this.#player.play(ncco);
  }

  #hangUp(by: "platform" | "user"): void {
    if (!this.#answeredAt) {
      this.#fail("cancelled");
      return;
    }
    this.#parts.call.disconnectedBy = by;
    this.#end("completed");
  }

  #fail(status: "busy" | "unanswered" | "cancelled"): void {
    this.#enter(status);
    this.#end("completed");
  }

  #end(status: "completed" | "rejected"): void {
    const { call, timeline } = this.#parts;
    this.#turn++;
    this.#player.stop();
    timeline.cancelAll();
    call.summary = summarize(this.#answeredAt, timeline.now());
    this.#enter(status);
    this.#hooks.close();
  }

  #enter(status: CallStatus): void {
    this.#parts.call.status = status;
    this.#parts.onChange();
    this.#hooks.status(status);
  }
}
