import { type DialOutcome, outcomeOfFailure, outcomeOfRefusal } from "@promptcall/core/dial-outcome";
import type { LineStatus } from "@promptcall/core/line-status";
import type { Ncco } from "@promptcall/core/script";
import type { Carrier, CarrierCall, PlaceCall } from "@promptcall/functions/ports";
import type { Faults } from "./faults.ts";
import { endingsOf, type Person } from "./person.ts";
import type { Process } from "./process.ts";
import { applicationOf } from "./twins/carrier-credential.ts";
import type { World } from "./world.ts";

export interface Webhook {
  readonly url: string;
  readonly body: string;
}

/** What a webhook was answered; undefined when nobody answered. */
export type PostWebhook = (webhook: Webhook) => Promise<{ status: number; body: string } | undefined>;

export interface CarrierOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly personAt: (number: string) => Person;
  readonly pinOf: (number: string) => string;
  readonly post: PostWebhook;
  readonly onDial: (number: string) => void;
  /** A call came too fast. */
  readonly onLimit: () => void;
}

interface Line {
  readonly uuid: string;
  readonly application: string;
  readonly eventUrl: string;
  readonly person: Person;
  readonly pin: string;
  /** Whether its webhooks get nowhere. */
  readonly isMute: boolean;
  status: LineStatus;
}

const SILENCE_SECONDS = 10;

/** What it takes of each application, and refuses what is above. */
const CALLS_PER_SECOND = 3;

/** The carrier and the people it reaches: places calls, plays scripts, posts webhooks, and has bad days. */
export class CarrierTwin {
  readonly #options: CarrierOptions;
  readonly #lines = new Map<string, Line>();
  /** By application, when it took its latest calls. */
  readonly #taken = new Map<string, readonly number[]>();

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  portFor(process: Process): Carrier {
    return {
      placeCall: (call, credential) => process.reach(() => this.#asked(call, credential)),
      findCall: (uuid, credential) => process.reach(() => ({ answer: this.#found(uuid, credential), afterMs: 50 })),
      hangUp: () => process.reach(() => ({ answer: false, afterMs: 50 })),
    };
  }

  #asked(call: PlaceCall, credential: string): { answer: DialOutcome; afterMs: number } {
    const { faults, world, personAt } = this.#options;
    const { random } = world;
    const refusal = (httpStatus: number, body: unknown = {}) => outcomeOfRefusal({ httpStatus, body });
    const silence = { answer: outcomeOfFailure({ codes: ["AbortError"] }), afterMs: SILENCE_SECONDS * 1000 };
    const afterMs = random.between(30, 600);

    if (random.chance(faults.carrierUnreachable))
      return { answer: outcomeOfFailure({ codes: ["ECONNREFUSED"] }), afterMs };
    const application = this.#applicationOf(credential);
    if (application === undefined) return { answer: refusal(401), afterMs };
    if (!this.#hasRoomFor(application) || random.chance(faults.carrierLimits)) return { answer: refusal(429), afterMs };
    if (random.chance(faults.carrierFailsBeforeDialing)) return { answer: refusal(500), afterMs };
    if (random.chance(faults.carrierSilentBeforeDialing)) return silence;
    if (personAt(call.to).kind === "invalid")
      return { answer: refusal(400, { invalid_parameters: [{ name: "number" }] }), afterMs };
    const uuid = this.#dial(call, application);
    if (random.chance(faults.carrierFailsAfterDialing)) return { answer: refusal(500), afterMs };
    if (random.chance(faults.carrierSilentAfterDialing)) return silence;
    return { answer: { kind: "placed", uuid }, afterMs };
  }

  #found(uuid: string, credential: string): CarrierCall | undefined {
    const { faults, world } = this.#options;
    if (world.random.chance(faults.carrierUnreachable)) return undefined;
    const line = this.#lines.get(uuid);
    if (line === undefined || line.application !== this.#applicationOf(credential)) return undefined;
    const { status } = line;
    return { uuid, status, ...(isOver(status) && billOf(line)) };
  }

  #applicationOf(credential: string): string | undefined {
    return applicationOf(credential, new Date(this.#options.world.nowMs));
  }

  #hasRoomFor(application: string): boolean {
    const { nowMs } = this.#options.world;
    const latest = (this.#taken.get(application) ?? []).filter((takenMs) => takenMs > nowMs - 1000);
    const hasRoom = latest.length < CALLS_PER_SECOND;
    if (!hasRoom) this.#options.onLimit();
    this.#taken.set(application, hasRoom ? [...latest, nowMs] : latest);
    return hasRoom;
  }

  #dial({ to, eventUrl, ncco }: PlaceCall, application: string): string {
    const { world, faults, personAt, pinOf, onDial } = this.#options;
    const uuid = world.random.uuid();
    const line: Line = {
      uuid,
      application,
      eventUrl,
      person: personAt(to),
      pin: pinOf(to),
      isMute: world.random.chance(faults.webhooksDown),
      status: "started",
    };
    this.#lines.set(line.uuid, line);
    onDial(to);
    void this.#live(line, ncco);
    return line.uuid;
  }

  async #live(line: Line, ncco: Ncco): Promise<void> {
    const { world } = this.#options;
    const { person } = line;
    this.#tell(line, "started");
    await world.sleep(world.random.between(500, 2_000));
    this.#tell(line, "ringing");
    await world.sleep(world.random.between(1_000, 20_000));
    if (person.kind === "answers") {
      this.#tell(line, "answered");
      await this.#converse(line, ncco);
      this.#tell(line, "completed");
      return;
    }
    if (person.kind === "invalid") return;
    for (const status of endingsOf(person.kind)) {
      this.#tell(line, status);
      await world.sleep(world.random.between(100, 4_000));
    }
  }

  /** Plays a script and the ones that the answers to the digits bring, until there is none or the person has enough. */
  async #converse(line: Line, first: Ncco): Promise<void> {
    const { world } = this.#options;
    let script: Ncco = first;
    for (const isRight of line.person.attempts) {
      const input = script.find((action) => action.action === "input");
      if (input?.action !== "input") break;
      await world.sleep(world.random.between(2_000, 9_000));
      const digits =
        isRight === undefined
          ? ""
          : isRight
            ? line.pin
            : line.pin.replace(/./g, (digit) => String((Number(digit) + 1) % 10));
      const answer = await this.#answerTo(line, {
        url: input.eventUrl[0],
        body: JSON.stringify({ dtmf: { digits, timed_out: isRight === undefined }, uuid: line.uuid }),
      });
      if (answer === undefined) return;
      script = answer;
    }
    await world.sleep(world.random.between(500, 5_000));
  }

  /** Tries twice, as the carrier does; without an answer it hangs up. */
  async #answerTo(line: Line, webhook: Webhook): Promise<Ncco | undefined> {
    const { world, faults, post } = this.#options;
    const { random } = world;
    if (line.isMute) return undefined;
    if (random.chance(faults.webhookForged)) this.#forge(webhook, line);
    if (random.chance(faults.webhookDuplicated)) world.after(random.between(0, 20_000), () => void post(webhook));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (random.chance(faults.webhookLost)) continue;
      await world.sleep(random.between(20, 200));
      const answer = await post(webhook);
      if (answer?.status === 200) return JSON.parse(answer.body);
    }
    return undefined;
  }

  /** The right PIN, for an attempt that was never offered. */
  #forge({ url }: Webhook, { pin, uuid }: Line): void {
    const { world, post } = this.#options;
    const altered = url.replace(/digits\/(\d)/, (_, attempt) => `digits/${(Number(attempt) % 3) + 1}`);
    world.after(
      world.random.between(0, 2_000),
      () => void post({ url: altered, body: JSON.stringify({ dtmf: pin, uuid }) }),
    );
  }

  #tell(line: Line, status: LineStatus): void {
    const { world, faults } = this.#options;
    const { random } = world;
    line.status = status;
    const { durationSeconds, price } = billOf(line);
    const over = status === "completed" ? { duration: String(durationSeconds), price } : {};
    if (line.isMute) return;
    const webhook = { url: line.eventUrl, body: JSON.stringify({ status, uuid: line.uuid, ...over }) };
    const copies = random.chance(faults.webhookDuplicated) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (random.chance(faults.webhookLost)) continue;
      const lateMs = random.chance(faults.webhookLate) ? random.between(0, 60_000) : random.between(20, 400);
      world.after(lateMs, () => void this.#postTwice(webhook));
    }
  }

  async #postTwice(webhook: Webhook): Promise<void> {
    const answer = await this.#options.post(webhook);
    if (answer === undefined || answer.status === 503) await this.#options.post(webhook);
  }
}

function isOver(status: LineStatus): boolean {
  return status === "completed" || status === "rejected";
}

/** A call that nobody answered costs nothing. */
function billOf({ person: { kind } }: Line): Required<Pick<CarrierCall, "durationSeconds" | "price">> {
  return kind === "answers" || kind === "mailbox"
    ? { durationSeconds: 12, price: "0.01" }
    : { durationSeconds: 0, price: "0.00" };
}
