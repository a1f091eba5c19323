import { type DialOutcome, outcomeOfFailure, outcomeOfRefusal } from "@promptcall/core/call/dial-outcome";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { Carrier, CarrierCall, PlaceCall } from "@promptcall/functions/ports/carrier";
import { applicationOf } from "@promptcall/functions/testing/carrier-credential";
import type { Faults } from "../world/faults.ts";
import type { Process } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Keys } from "./asked.ts";
import { Leg, type PostWebhook } from "./leg.ts";
import type { Person } from "./person.ts";

export interface CarrierOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly settings: Settings["carrier"];
  readonly personAt: (number: string) => Person;
  readonly keysAt: (number: string) => Keys;
  /** The account of an application, and the account's agreed pace. */
  readonly accountOf: (application: string) => { readonly account: string; readonly callsPerSecond: number };
  readonly post: PostWebhook;
  readonly onAsk: (request: { number: string; account: string }) => void;
  /** Something is asked about a call that there is. */
  readonly onAskAbout: () => void;
  /** Tells how often the number was dialed before. */
  readonly onDial: (number: string) => number;
  /** A request came too fast. */
  readonly onLimit: (kind: Kind) => void;
  readonly onEndReported: (number: string, dial: number) => void;
}

/** "15 requests per second" for GET, PUT and DELETE together: https://api.support.vonage.com/hc/en-us/articles/203993598 */
const OTHER_REQUESTS_PER_SECOND = 15;

/** The signature of a forged credential, which the carrier always refuses. */
export const FORGED_MARK = "Zm9yZ2Vk";

/** The signature of a credential whose key is withdrawn when it was just accepted: from then on it is refused. */
export const WITHDRAWN_MARK = "d2l0aGRyYXdu";

/** Dialing, or asking about calls that there are: what is counted apart. */
export type Kind = "dial" | "other";

/** The carrier: places calls, looks them up, hangs them up, and fails by the given faults. */
export class FakeCarrier {
  readonly #options: CarrierOptions;
  readonly #legs = new Map<string, Leg>();
  /** By account and kind of request, the times of the latest ones. */
  readonly #taken = new Map<string, readonly number[]>();

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  portFor(process: Process): Carrier {
    return {
      placeCall: (call, credential) => process.callOutside(() => this.#asked(call, credential)),
      takes: (credential) => process.callOutside(() => ({ answer: this.#judged(credential), afterMs: 50 })),
      findCall: (uuid, credential) =>
        process.callOutside(() => ({ answer: this.#found(uuid, credential), afterMs: 50 })),
      hangUp: (uuid, credential) =>
        process.callOutside(() => ({ answer: this.#hungUp(uuid, credential), afterMs: 50 })),
    };
  }

  #asked(call: PlaceCall, credential: string): { answer: DialOutcome; afterMs: number } {
    const { faults, scheduler, personAt, settings, accountOf, onAsk, onLimit } = this.#options;
    const { random } = scheduler;
    const refusal = (httpStatus: number, body: unknown = {}) => outcomeOfRefusal({ httpStatus, body });
    const silence = { answer: outcomeOfFailure({ codes: ["AbortError"] }), afterMs: settings.timeoutSeconds * 1000 };
    const afterMs = scheduler.durations.carrier(random);

    if (random.chance(faults.carrierUnreachable)) return this.#unreachable();
    const application = this.#applicationOf(credential);
    onAsk({ number: call.to, account: application === undefined ? "" : accountOf(application).account });
    if (application === undefined) return { answer: refusal(401), afterMs };
    if (!this.#hasRoomFor("dial", application)) {
      onLimit("dial");
      return { answer: refusal(429), afterMs };
    }
    if (random.chance(faults.carrierLimits)) return { answer: refusal(429), afterMs };
    if (random.chance(faults.carrierFailsBeforeDialing)) return { answer: refusal(500), afterMs };
    if (random.chance(faults.carrierSilentBeforeDialing)) return silence;
    if (personAt(call.to).kind === "malformed")
      return { answer: refusal(400, { invalid_parameters: [{ name: "number" }] }), afterMs };
    const uuid = this.#dial(call, application);
    if (random.chance(faults.carrierFailsAfterDialing)) return { answer: refusal(500), afterMs };
    if (random.chance(faults.carrierSilentAfterDialing)) return silence;
    return { answer: { kind: "placed", uuid }, afterMs };
  }

  /** At once, or after a wait in which the next steps are taken. */
  #unreachable(): { answer: DialOutcome; afterMs: number } {
    const { scheduler, settings } = this.#options;
    return scheduler.random.chance(0.5)
      ? { answer: outcomeOfFailure({ codes: ["ECONNREFUSED"] }), afterMs: scheduler.random.between(30, 600) }
      : {
          answer: outcomeOfFailure({ codes: ["UND_ERR_CONNECT_TIMEOUT"] }),
          afterMs: scheduler.random.between(1_000, settings.timeoutSeconds * 1_000),
        };
  }

  #found(uuid: string, credential: string): CarrierCall | undefined {
    return this.#legFor(uuid, credential)?.call;
  }

  #hungUp(uuid: string, credential: string): boolean {
    return this.#legFor(uuid, credential)?.hangUp() ?? false;
  }

  /** Undefined when the request is not allowed, over the rate limit, or fails. */
  #legFor(uuid: string, credential: string): Leg | undefined {
    const { faults, scheduler, onLimit, onAskAbout } = this.#options;
    onAskAbout();
    const application = this.#applicationOf(credential);
    if (scheduler.random.chance(faults.carrierUnreachable) || application === undefined) return undefined;
    if (!this.#hasRoomFor("other", application)) {
      onLimit("other");
      return undefined;
    }
    const leg = this.#legs.get(uuid);
    return leg?.application === application ? leg : undefined;
  }

  /** What it says of a credential before anything is dialed with it. */
  #judged(credential: string): "yes" | "no" | undefined {
    const { faults, scheduler, onLimit, onAskAbout } = this.#options;
    onAskAbout();
    if (scheduler.random.chance(faults.carrierUnreachable)) return undefined;
    if (credential.endsWith(`.${FORGED_MARK}`)) return "no";
    const application = applicationOf(credential, new Date(scheduler.nowMs));
    if (application === undefined) return "no";
    if (this.#hasRoomFor("other", application)) return "yes";
    onLimit("other");
    return undefined;
  }

  #applicationOf(credential: string): string | undefined {
    if ([FORGED_MARK, WITHDRAWN_MARK].some((mark) => credential.endsWith(`.${mark}`))) return undefined;
    return applicationOf(credential, new Date(this.#options.scheduler.nowMs));
  }

  /** A rolling second of the whole account. */
  #hasRoomFor(kind: Kind, application: string): boolean {
    const { scheduler, accountOf } = this.#options;
    const { account, callsPerSecond } = accountOf(application);
    const most = kind === "dial" ? callsPerSecond : OTHER_REQUESTS_PER_SECOND;
    const key = `${kind} ${account}`;
    const latest = (this.#taken.get(key) ?? []).filter((takenMs) => takenMs > scheduler.nowMs - 1000);
    const hasRoom = latest.length < most;
    this.#taken.set(key, hasRoom ? [...latest, scheduler.nowMs] : latest);
    return hasRoom;
  }

  #dial({ to, eventUrl, ncco, lengthSeconds, machineDetection }: PlaceCall, application: string): string {
    const { scheduler, faults, settings, personAt, keysAt, post, onDial, onEndReported } = this.#options;
    const { ringingSeconds } = settings;
    const person = personAt(to);
    const dial = onDial(to);
    const leg = new Leg({
      scheduler,
      faults,
      post,
      application,
      eventUrl,
      ringingSeconds,
      lengthSeconds,
      machineDetection,
      person,
      keys: keysAt(to),
      onEndReported: () => onEndReported(to, dial),
    });
    this.#legs.set(leg.uuid, leg);
    void leg.run(ncco);
    return leg.uuid;
  }
}
