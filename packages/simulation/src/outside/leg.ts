import type { Ncco } from "@promptcall/core/call/script";
import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { MachineDetection } from "@promptcall/core/contracts/records/spec";
import type { CarrierCall } from "@promptcall/functions/ports/carrier";
import type { Faults } from "../world/faults.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Keys } from "./asked.ts";
import { ENDINGS, type Person } from "./person.ts";

export interface Webhook {
  readonly url: string;
  readonly body: string;
}

/** Posts a webhook; undefined without an answer. */
export type PostWebhook = (webhook: Webhook) => Promise<{ status: number; body: string } | undefined>;

export interface LegOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly post: PostWebhook;
  readonly person: Person;
  readonly keys: Keys;
  readonly application: string;
  readonly eventUrl: string;
  readonly ringingSeconds: number;
  /** The carrier ends the call after this. */
  readonly lengthSeconds: number;
  readonly machineDetection: MachineDetection | undefined;
  /** Called when our side accepted the report that the leg ended. */
  readonly onEndReported: () => void;
}

/** "the webhook is retried once": these say that it may be worth it. */
const WORTH_REPEATING = [429, 503, 504];

/** One leg at the carrier: what the person does, and the webhooks that report it. */
export class Leg {
  readonly uuid: string;
  readonly #options: LegOptions;
  /** Whether all its webhooks are lost. */
  readonly #isMute: boolean;
  readonly #isAnsweredAtAll: boolean;
  #status: LegStatus = "started";
  #answeredMs: number | undefined;
  #isHungUp = false;

  constructor(options: LegOptions) {
    const { random } = options.scheduler;
    this.#options = options;
    // The carrier's ids are not always UUIDs.
    const uuid = random.uuid();
    this.uuid = random.chance(0.2) ? uuid.replaceAll("-", "").slice(0, 17).toUpperCase() : uuid;
    this.#isMute = random.chance(options.faults.webhooksDown);
    this.#isAnsweredAtAll = options.person.kind === "answers" || options.person.kind === "mailbox";
  }

  get application(): string {
    return this.#options.application;
  }

  /** The answer to a look-up. */
  get call(): CarrierCall {
    const status = this.#status;
    return { uuid: this.uuid, status, ...(this.#isOver && this.#bill()) };
  }

  /** Whether there was anything left to hang up. */
  hangUp(): boolean {
    if (this.#isOver) return false;
    this.#isHungUp = true;
    return true;
  }

  get #isOver(): boolean {
    return this.#status === "completed" || this.#status === "rejected" || this.#status === "failed";
  }

  async run(ncco: Ncco): Promise<void> {
    const { scheduler, person, ringingSeconds } = this.#options;
    const { random } = scheduler;
    this.#report("started");
    await scheduler.sleep(random.between(500, 2_000));
    if (person.kind !== "does not exist" && person.kind !== "cannot be reached") this.#report("ringing");
    if (!this.#isAnsweredAtAll) this.#postStolenDigits(digitsUrlOf(ncco));
    await scheduler.sleep(person.kind === "rings out" ? ringingSeconds * 1000 : random.between(1_000, 20_000));
    if (this.#isHungUp) {
      this.#report("cancelled");
    } else if (this.#isAnsweredAtAll) {
      this.#answeredMs = scheduler.nowMs;
      this.#report("answered");
      if (!(await this.#isMachineHungUpOn())) await this.#playScripts(ncco);
    } else if (person.kind in ENDINGS) {
      const { status, ...detail } = ENDINGS[person.kind as keyof typeof ENDINGS];
      this.#report(status, detail);
      // Nothing follows after these.
      if (status === "rejected" || status === "failed") return;
    }
    await scheduler.sleep(random.between(100, 4_000));
    this.#report("completed");
  }

  /** With machine detection the carrier listens first, before the script is played. */
  async #isMachineHungUpOn(): Promise<boolean> {
    const { scheduler, person, machineDetection = "off" } = this.#options;
    if (machineDetection === "off") return false;
    await scheduler.sleep(scheduler.random.between(3_000, 5_000));
    const isMachine = person.kind === "mailbox";
    this.#report(isMachine ? "machine" : "human");
    return isMachine && machineDetection === "hangup";
  }

  /** Plays the script, and those that digits webhooks answer with, until there is none or the person hangs up. */
  async #playScripts(first: Ncco): Promise<void> {
    const { scheduler, person, faults, lengthSeconds } = this.#options;
    if (scheduler.random.chance(faults.scriptRefused)) return this.#reportBadScript();
    let script: Ncco = first;
    const endMs = scheduler.nowMs + lengthSeconds * 1000;
    const told = script.find((action) => action.action === "notify");
    if (told !== undefined) return await this.#hearOut(script, { url: told.eventUrl[0], endMs });
    for (const isRight of person.attempts) {
      const url = digitsUrlOf(script);
      if (url === undefined) break;
      await scheduler.sleep(speechMs(script) + scheduler.random.between(2_000, 9_000));
      if (this.#isHungUp || scheduler.nowMs > endMs) return;
      const answer = await this.#answerTo({ url, body: this.#digits(isRight) });
      if (!isRight) this.#postStolenDigits(url);
      if (answer === undefined) return;
      script = answer;
    }
    if (!this.#isHungUp) await scheduler.sleep(scheduler.random.between(500, 5_000));
  }

  /** Nothing is asked: whoever would have tried to key something hears it to its end, and the others hang up before. */
  async #hearOut(script: Ncco, { url, endMs }: { url: string; endMs: number }): Promise<void> {
    const { scheduler, person } = this.#options;
    const heardMs = person.attempts.length > 0 ? speechMs(script) : scheduler.random.between(500, 5_000);
    await scheduler.sleep(heardMs);
    if (person.attempts.length === 0 || this.#isHungUp || scheduler.nowMs > endMs) return;
    await this.#answerTo({ url, body: JSON.stringify({ said: true }) });
  }

  #digits(isRight: boolean | undefined): string {
    const { keys, scheduler } = this.#options;
    const digits = isRight === undefined ? "" : isRight ? keys.right : keys.wrong;
    // Real webhooks show both: no flag at all, and a time-out although there are digits.
    const timedOut = isRight === undefined ? true : scheduler.random.pick([false, false, false, true, null]);
    return JSON.stringify({ dtmf: { digits, timed_out: timedOut }, uuid: this.uuid });
  }

  /** Tries twice, as the carrier does. Without an answer the call ends, since there is no fallback URL. */
  async #answerTo(webhook: Webhook): Promise<Ncco | undefined> {
    const { scheduler, faults, post } = this.#options;
    const { random } = scheduler;
    if (this.#isMute) return undefined;
    if (random.chance(faults.webhookForged)) this.#forge(webhook);
    if (random.chance(faults.webhookDuplicated)) scheduler.after(random.between(0, 20_000), () => void post(webhook));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (random.chance(faults.webhookLost)) continue;
      await scheduler.sleep(random.between(20, 200));
      const answer = await post(webhook);
      if (answer?.status === 200) return JSON.parse(answer.body);
      if (answer !== undefined && !WORTH_REPEATING.includes(answer.status)) return undefined;
    }
    return undefined;
  }

  /** Posts what is right to the altered address of an attempt that was never offered. */
  #forge({ url }: Webhook): void {
    const { scheduler, post, keys } = this.#options;
    const altered = url.replace(/digits\/(\d)/, (_, attempt) => `digits/${(Number(attempt) % 3) + 1}`);
    const body = JSON.stringify({ dtmf: keys.right, uuid: this.uuid });
    scheduler.after(scheduler.random.between(0, 2_000), () => void post({ url: altered, body }));
  }

  /** Posts what is right, which the person did not key. */
  #postStolenDigits(url: string | undefined): void {
    const { scheduler, faults, post, keys } = this.#options;
    if (url === undefined || !scheduler.random.chance(faults.addressKnown)) return;
    const body = JSON.stringify({ dtmf: { digits: keys.right, timed_out: false }, uuid: this.uuid });
    scheduler.after(scheduler.random.between(3_000, 8_000), () => void post({ url, body }));
  }

  /** The only report of a script that the carrier cannot play. */
  #reportBadScript(): void {
    const timestamp = new Date(this.#options.scheduler.nowMs).toISOString();
    this.#send({ reason: "Syntax error in NCCO.", conversation_uuid: `CON-${this.uuid}`, timestamp }, () => {});
  }

  #report(status: LegStatus, detail: { detail?: string } = {}): void {
    this.#status = status;
    const isOver = this.#isOver;
    const { durationSeconds, ...bill } = this.#bill();
    const summary = { duration: String(durationSeconds), ...bill, start_time: this.#startTime() };
    const { onEndReported } = this.#options;
    const payload = { status, uuid: this.uuid, ...detail, ...(status === "completed" && summary) };
    this.#send(payload, () => isOver && onEndReported());
  }

  #send(payload: object, onTaken: () => void): void {
    const { scheduler, faults, eventUrl } = this.#options;
    const { random } = scheduler;
    if (this.#isMute) return;
    const webhook = { url: eventUrl, body: JSON.stringify(payload) };
    const copies = random.chance(faults.webhookDuplicated) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (random.chance(faults.webhookLost)) continue;
      const lateMs = random.chance(faults.webhookLate) ? random.between(0, 60_000) : random.between(20, 400);
      scheduler.after(lateMs, () => void this.#postTwice(webhook, onTaken));
    }
  }

  async #postTwice(webhook: Webhook, onTaken: () => void): Promise<void> {
    const { post } = this.#options;
    const first = await post(webhook);
    const isOnceMore = first === undefined || WORTH_REPEATING.includes(first.status);
    const last = isOnceMore ? await post(webhook) : first;
    if (last !== undefined && last.status < 300) onTaken();
  }

  /** In whole seconds, as the carrier writes it; null for a call that was not answered. */
  #startTime(): string | null {
    return this.#answeredMs === undefined ? null : `${new Date(this.#answeredMs).toISOString().slice(0, 19)}.000Z`;
  }

  /** A call that nobody answered costs nothing. */
  #bill(): { durationSeconds: number; price: string; rate: string; network: string } {
    const [durationSeconds, price] = this.#answeredMs === undefined ? [0, "0.00"] : [12, "0.01"];
    return { durationSeconds, price, rate: "0.05", network: "23420" };
  }
}

function digitsUrlOf(script: Ncco): string | undefined {
  return script.flatMap((action) => (action.action === "input" ? action.eventUrl : []))[0];
}

/** Of a usual voice. Some hear it to its end before they key anything. */
const SPOKEN_MS = 70;

function speechMs(script: Ncco): number {
  return script.reduce((ms, action) => (action.action === "talk" ? ms + action.text.length * SPOKEN_MS : ms), 0);
}
