import type { PhoneCall } from "@promptcall/console/data/stream-data";
import { maskToLastFour } from "@promptcall/core/call/phone";
import type { HandAct, SimCall, VonageSim } from "@promptcall/vonage-sim/sim";
import type { Journal } from "./journal.ts";
import type { Records } from "./records.ts";

/** The phone of whoever has the page open. Any other number with its ending rings here as well. */
export const PHONE_NUMBER = "447700900011";
export const isOfPhone = (number: string) => number.endsWith("11");

interface PhoneParts {
  readonly journal: Journal;
  readonly records: Records;
  readonly ringingSeconds: number;
  readonly now: () => Date;
}

/** Follows the calls that ring here, and hands on what somebody at the page does with them. */
export class Phone {
  readonly #parts: PhoneParts;
  readonly #states = new Map<string, PhoneCall>();
  #current: PhoneCall | undefined;

  constructor(parts: PhoneParts) {
    this.#parts = parts;
  }

  get current(): PhoneCall | undefined {
    return this.#current;
  }

  /** Told of every change of every call at the carrier. */
  onCall(call: SimCall): void {
    if (!call.atHand) return;
    const before = this.#states.get(call.uuid);
    if (before === undefined && call.status !== "ringing") return;
    if (before?.state === "ended") return;
    this.#tell(this.#after(call, before));
  }

  /** False where there is no such call, or it is too late for that. */
  act(carrier: VonageSim, { uuid, tab, act }: { uuid: string; tab: string; act: HandAct }): boolean {
    const before = this.#states.get(uuid);
    if (before === undefined || (before.tab !== undefined && before.tab !== tab)) return false;
    if (act.act === "answer") this.#states.set(uuid, { ...before, tab });
    if (act.act === "decline") this.#states.set(uuid, { ...before, ended_by: "declined" });
    if (act.act === "hang_up") this.#states.set(uuid, { ...before, ended_by: "hung_up" });
    if (carrier.byHand(uuid, act)) return true;
    this.#states.set(uuid, before);
    return false;
  }

  /** The page knows a call by its tid, and the carrier by its own id. */
  async learn({ uuid, tid }: { uuid: string; tid: string }): Promise<void> {
    const known = this.#states.get(uuid);
    if (known === undefined || known.tid !== undefined) return;
    const spec = await this.#parts.records.spoken(tid);
    const state = this.#states.get(uuid) ?? known;
    this.#tell({ ...state, tid, ...(spec && { attempts_allowed: spec.attemptsAllowed }) });
  }

  #after(call: SimCall, before: PhoneCall | undefined): PhoneCall {
    const now = this.#parts.now();
    const at = now.toISOString();
    const until = new Date(now.getTime() + this.#parts.ringingSeconds * 1_000).toISOString();
    const begun: PhoneCall = before ?? {
      uuid: call.uuid,
      to: maskToLastFour(call.to),
      from: maskToLastFour(call.from),
      state: "ringing",
      rang_at: at,
      rings_until: until,
      attempt: 1,
      digits_keyed: 0,
    };
    const listening = call.ncco.findLast((action) => action.action === "input");
    const isAnswered = call.status === "answered" || begun.answered_at !== undefined;
    const isOver = call.status !== "ringing" && call.status !== "answered";
    return {
      ...begun,
      state: isOver ? "ended" : isAnswered ? "in_call" : "ringing",
      attempt: attemptOf(call),
      digits_keyed: call.keyed,
      ...(listening?.dtmf?.maxDigits !== undefined && { digits_expected: listening.dtmf.maxDigits }),
      ...(isAnswered && { answered_at: begun.answered_at ?? at }),
      ...(isOver && { ended_at: at, ended_by: begun.ended_by ?? (isAnswered ? "line" : "unanswered") }),
    };
  }

  #tell(state: PhoneCall): void {
    this.#states.set(state.uuid, state);
    this.#current = state;
    this.#parts.journal.publish({ event: "phone", data: state });
  }
}

/** The attempt that keys count for: the next one begins when something is said or listened for again. */
function attemptOf({ ncco, digits }: Pick<SimCall, "ncco" | "digits">): number {
  const inputs = ncco.filter(({ action }) => action === "input").length;
  const isBetween = digits.length > 0 && digits.length === inputs && ncco.at(-1)?.action === "input";
  return digits.length + (isBetween ? 0 : 1);
}
