import type { LineStatus } from "@promptcall/core/line-status";
import type { MachineDetection } from "@promptcall/core/records/spec";
import type { Ncco } from "@promptcall/core/script";
import type { CarrierCall } from "@promptcall/functions/ports/carrier";
import type { Faults } from "./faults.ts";
import { ENDINGS, type Person } from "./person.ts";
import type { World } from "./world.ts";

export interface Webhook {
  readonly url: string;
  readonly body: string;
}

/** What a webhook was answered; undefined when nobody answered. */
export type PostWebhook = (webhook: Webhook) => Promise<{ status: number; body: string } | undefined>;

export interface LineOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly post: PostWebhook;
  readonly person: Person;
  readonly pin: string;
  readonly application: string;
  readonly eventUrl: string;
  readonly ringingSeconds: number;
  /** After so long the carrier ends it. */
  readonly lengthSeconds: number;
  readonly machineDetection: MachineDetection | undefined;
  /** Somebody at our side has taken the news that the line is down. */
  readonly onEndTold: () => void;
}

/** "the webhook is retried once": these say that it may be worth it. */
const WORTH_REPEATING = [429, 503, 504];

/** One call at the carrier: what the person does, and the webhooks that tell of it. */
export class Line {
  readonly uuid: string;
  readonly #options: LineOptions;
  /** Whether its webhooks get nowhere. */
  readonly #isMute: boolean;
  readonly #isAnsweredAtAll: boolean;
  #status: LineStatus = "started";
  #answeredMs: number | undefined;
  #isHungUp = false;

  constructor(options: LineOptions) {
    const { random } = options.world;
    this.#options = options;
    // Letters and digits, in one form or another.
    const uuid = random.uuid();
    this.uuid = random.chance(0.2) ? uuid.replaceAll("-", "").slice(0, 17).toUpperCase() : uuid;
    this.#isMute = random.chance(options.faults.webhooksDown);
    this.#isAnsweredAtAll = options.person.kind === "answers" || options.person.kind === "mailbox";
  }

  get application(): string {
    return this.#options.application;
  }

  /** What the carrier tells whoever asks. */
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

  async live(ncco: Ncco): Promise<void> {
    const { world, person, ringingSeconds } = this.#options;
    const { random } = world;
    this.#tell("started");
    await world.sleep(random.between(500, 2_000));
    if (person.kind !== "does not exist" && person.kind !== "cannot be reached") this.#tell("ringing");
    if (!this.#isAnsweredAtAll) this.#abuse(digitsUrlOf(ncco));
    await world.sleep(person.kind === "rings out" ? ringingSeconds * 1000 : random.between(1_000, 20_000));
    if (this.#isHungUp) {
      this.#tell("cancelled");
    } else if (this.#isAnsweredAtAll) {
      this.#answeredMs = world.nowMs;
      this.#tell("answered");
      if (!(await this.#isMachineHungUpOn())) await this.#converse(ncco);
    } else if (person.kind in ENDINGS) {
      const { status, ...detail } = ENDINGS[person.kind as keyof typeof ENDINGS];
      this.#tell(status, detail);
      // Nothing follows after these.
      if (status === "rejected" || status === "failed") return;
    }
    await world.sleep(random.between(100, 4_000));
    this.#tell("completed");
  }

  /** Where it is asked to, the carrier listens first, and nothing is said meanwhile. */
  async #isMachineHungUpOn(): Promise<boolean> {
    const { world, person, machineDetection = "off" } = this.#options;
    if (machineDetection === "off") return false;
    await world.sleep(world.random.between(3_000, 5_000));
    const isMachine = person.kind === "mailbox";
    this.#tell(isMachine ? "machine" : "human");
    return isMachine && machineDetection === "hangup";
  }

  /** Plays a script and the ones that the answers to the digits bring, until there is none or the person has enough. */
  async #converse(first: Ncco): Promise<void> {
    const { world, person, faults, lengthSeconds } = this.#options;
    if (world.random.chance(faults.scriptRefused)) return this.#tellOfBadScript();
    let script: Ncco = first;
    const endMs = world.nowMs + lengthSeconds * 1000;
    for (const isRight of person.attempts) {
      const url = digitsUrlOf(script);
      if (url === undefined) break;
      await world.sleep(speechMs(script) + world.random.between(2_000, 9_000));
      if (this.#isHungUp || world.nowMs > endMs) return;
      const answer = await this.#answerTo({ url, body: this.#digits(isRight) });
      if (!isRight) this.#abuse(url);
      if (answer === undefined) return;
      script = answer;
    }
    if (!this.#isHungUp) await world.sleep(world.random.between(500, 5_000));
  }

  #digits(isRight: boolean | undefined): string {
    const { pin, world } = this.#options;
    const wrong = pin.replace(/./g, (digit) => String((Number(digit) + 1) % 10));
    const digits = isRight === undefined ? "" : isRight ? pin : wrong;
    // Both are seen: no word on it, and a time-out although there are digits.
    const timedOut = isRight === undefined ? true : world.random.pick([false, false, false, true, null]);
    return JSON.stringify({ dtmf: { digits, timed_out: timedOut }, uuid: this.uuid });
  }

  /** Tries twice, as the carrier does; without an answer the call goes to a fallback that there is not. */
  async #answerTo(webhook: Webhook): Promise<Ncco | undefined> {
    const { world, faults, post } = this.#options;
    const { random } = world;
    if (this.#isMute) return undefined;
    if (random.chance(faults.webhookForged)) this.#forge(webhook);
    if (random.chance(faults.webhookDuplicated)) world.after(random.between(0, 20_000), () => void post(webhook));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (random.chance(faults.webhookLost)) continue;
      await world.sleep(random.between(20, 200));
      const answer = await post(webhook);
      if (answer?.status === 200) return JSON.parse(answer.body);
      if (answer !== undefined && !WORTH_REPEATING.includes(answer.status)) return undefined;
    }
    return undefined;
  }

  /** The right PIN, for an attempt that was never offered. */
  #forge({ url }: Webhook): void {
    const { world, post, pin } = this.#options;
    const altered = url.replace(/digits\/(\d)/, (_, attempt) => `digits/${(Number(attempt) % 3) + 1}`);
    const body = JSON.stringify({ dtmf: pin, uuid: this.uuid });
    world.after(world.random.between(0, 2_000), () => void post({ url: altered, body }));
  }

  /** The right PIN, where nobody has keyed it. */
  #abuse(url: string | undefined): void {
    const { world, faults, post, pin } = this.#options;
    if (url === undefined || !world.random.chance(faults.addressKnown)) return;
    const body = JSON.stringify({ dtmf: { digits: pin, timed_out: false }, uuid: this.uuid });
    world.after(world.random.between(3_000, 8_000), () => void post({ url, body }));
  }

  /** All that is ever heard of a script that the carrier cannot play. */
  #tellOfBadScript(): void {
    const timestamp = new Date(this.#options.world.nowMs).toISOString();
    this.#send({ reason: "Syntax error in NCCO.", conversation_uuid: `CON-${this.uuid}`, timestamp }, () => {});
  }

  #tell(status: LineStatus, detail: { detail?: string } = {}): void {
    this.#status = status;
    const isOver = this.#isOver;
    const { durationSeconds, price } = this.#bill();
    const summary = { duration: String(durationSeconds), price, start_time: this.#startTime() };
    const { onEndTold } = this.#options;
    const payload = { status, uuid: this.uuid, ...detail, ...(status === "completed" && summary) };
    this.#send(payload, () => isOver && onEndTold());
  }

  #send(payload: object, onTaken: () => void): void {
    const { world, faults, eventUrl } = this.#options;
    const { random } = world;
    if (this.#isMute) return;
    const webhook = { url: eventUrl, body: JSON.stringify(payload) };
    const copies = random.chance(faults.webhookDuplicated) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (random.chance(faults.webhookLost)) continue;
      const lateMs = random.chance(faults.webhookLate) ? random.between(0, 60_000) : random.between(20, 400);
      world.after(lateMs, () => void this.#postTwice(webhook, onTaken));
    }
  }

  async #postTwice(webhook: Webhook, onTaken: () => void): Promise<void> {
    const { post } = this.#options;
    const first = await post(webhook);
    const isOnceMore = first === undefined || WORTH_REPEATING.includes(first.status);
    const last = isOnceMore ? await post(webhook) : first;
    if (last !== undefined && last.status < 300) onTaken();
  }

  /** As the carrier writes it, in whole seconds; null for a call that was never answered. */
  #startTime(): string | null {
    return this.#answeredMs === undefined ? null : `${new Date(this.#answeredMs).toISOString().slice(0, 19)}.000Z`;
  }

  /** A call that nobody answered costs nothing. */
  #bill(): { durationSeconds: number; price: string } {
    return this.#answeredMs === undefined
      ? { durationSeconds: 0, price: "0.00" }
      : { durationSeconds: 12, price: "0.01" };
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
