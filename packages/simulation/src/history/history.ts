import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { withoutDigits } from "@promptcall/core/call/erasure";
import type { BatchCompleted } from "@promptcall/core/contracts/batch-event";
import type { Event } from "@promptcall/core/contracts/events";
import type { Published } from "@promptcall/core/contracts/published";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import { tidOf } from "@promptcall/functions/messages/named-call";
import type { Stored } from "@promptcall/functions/ports/call-store";
import type * as z from "zod/mini";
import type { Kind } from "../outside/carrier.ts";
import type { Received } from "../outside/customers.ts";
import type { RequestedCall } from "../outside/requests.ts";
import type { Lineage } from "../world/lineage.ts";
import { LoopObserver } from "./loop-observer.ts";

/** What is known of a call by the table: when its line ended, and when a right PIN and its completion were first on record. */
export interface Moments {
  endedMs?: number;
  matchedMs?: number;
  completedMs?: number;
  /** It was to be dialed again, and is completed as its last dial was: long after that has ended. */
  isNotDialedAgain?: true;
}

export interface SentMessage {
  readonly body: string;
  readonly delaySeconds: number;
  readonly lineage: Lineage;
}

/** Observes a history from outside. Nothing in the system depends on it. */
export class History {
  readonly asked: RequestedCall[] = [];
  /** By number, when the carrier dialed it. */
  readonly dials = new Map<string, number[]>();
  /** How many calls came too fast for the carrier, and how many requests about calls that there are. */
  readonly limits = { dial: 0, other: 0 };
  /** When the carrier was asked about calls that there are. */
  readonly askedAbout: number[] = [];
  /**
   * By batch and place, who sent on what is left of it from there on; by loop and step, who called for that. Each process
   * has a lineage of its own.
   */
  readonly steps = new Map<string, Lineage[]>();
  readonly completed = new Map<string, Event[]>();
  /** Batches whose sweep was sent. */
  readonly sweptBatches = new Set<string>();
  readonly completedBatches = new Map<string, BatchCompleted[]>();
  readonly loops: LoopObserver;
  readonly received = new Map<string, Received[]>();
  readonly outcomes = new Map<string, string[]>();
  readonly violations: string[] = [];
  /** The functions that Lambda has stopped for recursing. */
  readonly recursions = new Set<string>();
  /** By number, when our side first accepted the report that the last leg ended. */
  readonly endsReported = new Map<string, number>();
  /** The types of dead-lettered messages. */
  readonly deadLetters = new Set<string>();
  /** How many messages died that were to end several calls. */
  diedTogether = 0;
  /** Calls with a message that was altered, undeliverable, or dead-lettered. */
  readonly damagedCalls = new Set<string>();
  readonly #moments = new Map<string, Moments>();
  readonly #canaries: readonly string[];
  readonly #nowMs: () => number;
  readonly #digest = createHash("sha256");

  constructor({ canaries, nowMs }: { canaries: readonly string[]; nowMs: () => number }) {
    this.#canaries = canaries;
    this.#nowMs = nowMs;
    this.loops = new LoopObserver({ nowMs });
  }

  momentsOf(tid: string): Moments {
    return this.#moments.get(tid) ?? {};
  }

  /** Tells how often it was dialed before. */
  dialed(number: string): number {
    append(this.dials, number, this.#nowMs());
    this.endsReported.delete(number);
    return (this.dials.get(number)?.length ?? 0) - 1;
  }

  askedAboutCall(): void {
    this.askedAbout.push(this.#nowMs());
  }

  limited(kind: Kind): void {
    this.limits[kind] += 1;
  }

  endReported(number: string, dial: number): void {
    const isLast = this.dials.get(number)?.length === dial + 1;
    if (isLast && !this.endsReported.has(number)) this.endsReported.set(number, this.#nowMs());
  }

  damaged(body: string): void {
    const tid = tidOf(body);
    if (tid !== undefined) this.damagedCalls.add(tid);
  }

  deadLettered(body: string): void {
    if (endsSeveral(JSON.parse(body))) this.diedTogether += 1;
    this.deadLetters.add(kindOf(body));
  }

  stopped(functionName: string): undefined {
    this.recursions.add(functionName);
    return undefined;
  }

  sent({ body, delaySeconds, lineage }: SentMessage): void {
    this.observe(body, "a message");
    const message = JSON.parse(body);
    if (message.type === "sweep") this.sweptBatches.add(message.batch_id);
    if (message.type === "tick") this.loops.ticked(message.owner, delaySeconds);
    const step = stepOf(message, this.#nowMs());
    if (step !== undefined) append(this.steps, step, lineage);
  }

  published(event: Published): void {
    this.observe(JSON.stringify(event), "an event");
    if (event.type === "call.completed") append(this.completed, event.metadata.tid, event);
    if (event.type === "batch.completed") this.#batchCompleted(event);
  }

  #batchCompleted(event: BatchCompleted): void {
    append(this.completedBatches, event.metadata.batch_id, event);
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
    if (sum(event.data.statuses) !== event.data.count)
      this.violations.push(`batch ${event.metadata.batch_id} was announced before all of its calls were completed`);
  }

  resultReceived(received: Received): void {
    // What a person answered is in a result, and nowhere else.
    const { answer, ...rest } = received;
    this.observe(JSON.stringify(rest), "a result");
    append(this.received, received.tid, received);
  }

  saved(before: Stored | undefined, { call, version }: Stored): void {
    const { tid } = call;
    const written = JSON.stringify({ call, version });
    this.observe(written, "the table");
    if (!isReadAsWritten({ written, schema: StateRecordSchema }))
      this.violations.push(`${tid}: is not read as it was written, ${call.phase}`);
    const moments = this.#moments.get(tid) ?? {};
    this.#moments.set(tid, moments);
    if (call.phase === "queued") delete moments.endedMs;
    if (call.phase === "completed" && before?.call.phase === "queued") moments.isNotDialedAgain = true;
    if ("line" in call && call.line.endedAt !== undefined && !moments.isNotDialedAgain)
      moments.endedMs = Date.parse(call.line.endedAt);
    if ("attempts" in call && Object.values(call.attempts).includes(true)) moments.matchedMs ??= this.#nowMs();
    if (call.phase === "completed") {
      moments.completedMs ??= this.#nowMs();
      const outcome = JSON.stringify(withoutDigits(call).outcome);
      if (this.outcomes.get(tid)?.at(-1) !== outcome) append(this.outcomes, tid, outcome);
    } else if (before?.call.phase === "completed") {
      this.violations.push(`${tid}: was completed and is ${call.phase} again`);
    }
  }

  /** Sees everything that is written anywhere, adds it to the digest, and looks for secrets in it. */
  observe(written: string, where: string): void {
    this.#digest.update(`${this.#nowMs()} ${where} ${written}\n`);
    for (const canary of this.#canaries)
      if (written.includes(canary)) this.violations.push(`a secret is in ${where}: ${canary}`);
  }

  /** A hash of the whole history: equal for equal seeds. */
  digest(): string {
    return this.#digest.copy().digest("hex");
  }
}

/** Names the piece of work that a message continues, if it is one of a chain. */
function stepOf({ type, hops, ...message }: Record<string, unknown>, nowMs: number): string | undefined {
  if (hops !== undefined) return undefined;
  const { owner, n, batch_id, next, end, sealed_credential, looks } = message;
  switch (type) {
    case "tick":
      // A tick for hours ahead is sent on every 15 minutes.
      return `tick ${n} of ${owner} in quarter ${Math.floor(nowMs / 900_000)}`;
    case "sweep":
      return `sweep of ${batch_id} from ${next} to ${end}${sealed_credential === undefined ? "" : " with credential"}`;
    case "count_batch":
      return `count ${looks} of ${batch_id}`;
    default:
      return undefined;
  }
}

function endsSeveral({ type, singles = [], batches = [], next, end }: Ending): boolean {
  switch (type) {
    case "step_deadlines":
      return singles.length + batches.reduce((calls, { indices }) => calls + indices.length, 0) > 1;
    case "sweep":
      return end !== next + 1;
    default:
      return false;
  }
}

interface Ending {
  readonly type?: string;
  readonly singles?: readonly unknown[];
  readonly batches?: readonly { readonly indices: readonly number[] }[];
  readonly next: number;
  readonly end?: number;
}

function kindOf(body: string): string {
  const { type, poisoned, "detail-type": event } = JSON.parse(body);
  return poisoned ? "unreadable" : (type ?? event);
}

/** Whether the schema reads the text back without loss. */
export function isReadAsWritten({ written, schema }: { written: string; schema: z.ZodMiniType }): boolean {
  const { success, data } = schema.safeParse(JSON.parse(written));
  return success && isDeepStrictEqual(data, JSON.parse(written));
}

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
