import { type DialOutcome, outcomeOfFailure, outcomeOfRefusal } from "@promptcall/core/dial-outcome";
import type { Settings } from "@promptcall/core/settings";
import type { Carrier, CarrierCall, PlaceCall } from "@promptcall/functions/ports/carrier";
import type { Faults } from "./faults.ts";
import { Line, type PostWebhook } from "./line.ts";
import type { Person } from "./person.ts";
import type { Process } from "./process.ts";
import { applicationOf } from "./twins/carrier-credential.ts";
import type { World } from "./world.ts";

export interface CarrierOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly settings: Settings["carrier"];
  readonly personAt: (number: string) => Person;
  readonly pinOf: (number: string) => string;
  /** What the carrier has agreed to with an account, and whose applications count together. */
  readonly accountOf: (application: string) => { readonly account: string; readonly callsPerSecond: number };
  readonly post: PostWebhook;
  readonly onAsk: (request: { number: string; account: string }) => void;
  /** Something is asked about a call that there is. */
  readonly onAskAbout: () => void;
  readonly onDial: (number: string) => void;
  /** A request came too fast. */
  readonly onLimit: (kind: Kind) => void;
  readonly onEndTold: (number: string) => void;
}

/** "15 requests per second" for GET, PUT and DELETE together: https://api.support.vonage.com/hc/en-us/articles/203993598 */
const OTHER_REQUESTS_PER_SECOND = 15;

/** What the carrier does not take, whatever it says: the mark of a credential whose signature is not its own. */
export const FORGED_MARK = "Zm9yZ2Vk";

/** Dialing, or asking about calls that there are: what is counted apart. */
export type Kind = "dial" | "other";

/** The carrier: places calls, lets people be asked about and hung up, and has bad days. */
export class CarrierTwin {
  readonly #options: CarrierOptions;
  readonly #lines = new Map<string, Line>();
  /** By account and kind of request, when it took the latest ones. */
  readonly #taken = new Map<string, readonly number[]>();

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  portFor(process: Process): Carrier {
    return {
      placeCall: (call, credential) => process.reach(() => this.#asked(call, credential)),
      findCall: (uuid, credential) => process.reach(() => ({ answer: this.#found(uuid, credential), afterMs: 50 })),
      hangUp: (uuid, credential) => process.reach(() => ({ answer: this.#hungUp(uuid, credential), afterMs: 50 })),
    };
  }

  #asked(call: PlaceCall, credential: string): { answer: DialOutcome; afterMs: number } {
    const { faults, world, personAt, settings, accountOf, onAsk, onLimit } = this.#options;
    const { random } = world;
    const refusal = (httpStatus: number, body: unknown = {}) => outcomeOfRefusal({ httpStatus, body });
    const silence = { answer: outcomeOfFailure({ codes: ["AbortError"] }), afterMs: settings.timeoutSeconds * 1000 };
    const afterMs = random.between(30, 600);

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
    const { world, settings } = this.#options;
    return world.random.chance(0.5)
      ? { answer: outcomeOfFailure({ codes: ["ECONNREFUSED"] }), afterMs: world.random.between(30, 600) }
      : {
          answer: outcomeOfFailure({ codes: ["UND_ERR_CONNECT_TIMEOUT"] }),
          afterMs: world.random.between(1_000, settings.timeoutSeconds * 1_000),
        };
  }

  #found(uuid: string, credential: string): CarrierCall | undefined {
    return this.#lineFor(uuid, credential)?.call;
  }

  #hungUp(uuid: string, credential: string): boolean {
    return this.#lineFor(uuid, credential)?.hangUp() ?? false;
  }

  /** Undefined for whoever may not ask, or asks too often, or at a bad moment. */
  #lineFor(uuid: string, credential: string): Line | undefined {
    const { faults, world, onLimit, onAskAbout } = this.#options;
    onAskAbout();
    const application = this.#applicationOf(credential);
    if (world.random.chance(faults.carrierUnreachable) || application === undefined) return undefined;
    if (!this.#hasRoomFor("other", application)) {
      onLimit("other");
      return undefined;
    }
    const line = this.#lines.get(uuid);
    return line?.application === application ? line : undefined;
  }

  #applicationOf(credential: string): string | undefined {
    if (credential.endsWith(`.${FORGED_MARK}`)) return undefined;
    return applicationOf(credential, new Date(this.#options.world.nowMs));
  }

  /** A rolling second of the whole account. */
  #hasRoomFor(kind: Kind, application: string): boolean {
    const { world, accountOf } = this.#options;
    const { account, callsPerSecond } = accountOf(application);
    const most = kind === "dial" ? callsPerSecond : OTHER_REQUESTS_PER_SECOND;
    const key = `${kind} ${account}`;
    const latest = (this.#taken.get(key) ?? []).filter((takenMs) => takenMs > world.nowMs - 1000);
    const hasRoom = latest.length < most;
    this.#taken.set(key, hasRoom ? [...latest, world.nowMs] : latest);
    return hasRoom;
  }

  #dial({ to, eventUrl, ncco, lengthSeconds, machineDetection }: PlaceCall, application: string): string {
    const { world, faults, settings, personAt, pinOf, post, onDial, onEndTold } = this.#options;
    const { ringingSeconds } = settings;
    const line = new Line({
      world,
      faults,
      post,
      application,
      eventUrl,
      ringingSeconds,
      lengthSeconds,
      machineDetection,
      person: personAt(to),
      pin: pinOf(to),
      onEndTold: () => onEndTold(to),
    });
    this.#lines.set(line.uuid, line);
    onDial(to);
    void line.live(ncco);
    return line.uuid;
  }
}
