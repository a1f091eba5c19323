import type { GraphQueue } from "@promptcall/local/program/graph";
import type { Faults } from "../world/faults.ts";
import { type Lineage, NO_LINEAGE } from "../world/lineage.ts";
import type { Random } from "../world/random.ts";
import type { Scheduler } from "../world/scheduler.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly lineage: Lineage;
  readonly sentAtMs: number;
  receives: number;
  /** When it may be received next; every receive moves it on. */
  visibleAtMs: number;
}

export interface SqsOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly declared: Pick<GraphQueue, "name" | "visibilityTimeoutSeconds" | "delaySeconds">;
  /** After this many receives a message is dead-lettered. */
  readonly deadLetters?: { readonly queue: Sqs; readonly afterReceives: number } | undefined;
  readonly onMessage?: (message: { body: string; delaySeconds: number; lineage: Lineage }) => void;
  /** A message was altered, or dead-lettered. */
  readonly onDamaged?: (body: string) => void;
  readonly onDeadLetter?: (body: string) => void;
}

/** An SQS standard queue: at least once, unordered, with delays, visibility and dead letters. */
export class Sqs {
  readonly #options: SqsOptions;
  readonly #messages = new Map<string, Message>();
  /** Visible messages; some may have been deleted since. */
  readonly #visible: Message[] = [];
  #onVisible: (() => void) | undefined;

  constructor(options: SqsOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.declared.name;
  }

  get size(): number {
    return this.#messages.size;
  }

  get hasVisible(): boolean {
    return this.#visible.length > 0;
  }

  bodies(): readonly string[] {
    return [...this.#messages.values()].map(({ body }) => body);
  }

  /** Sets the callback for visible messages. */
  subscribe(onVisible: () => void): void {
    this.#onVisible = onVisible;
  }

  put({
    body,
    delaySeconds = this.#options.declared.delaySeconds,
    lineage = NO_LINEAGE,
  }: {
    body: string;
    delaySeconds?: number;
    lineage?: Lineage;
  }): void {
    const { scheduler, faults, onMessage, onDamaged } = this.#options;
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900)
      throw new RangeError(`SQS takes no delay of ${delaySeconds} s`);
    onMessage?.({ body, delaySeconds, lineage });
    const isPoisoned = this.#onVisible !== undefined && scheduler.random.chance(faults.poison);
    if (isPoisoned) onDamaged?.(body);
    this.#add({ body: isPoisoned ? poisoned(body, scheduler.random) : body, lineage, delayMs: delaySeconds * 1000 });
  }

  /** Receives visible messages in random order, and hides them for the visibility timeout. */
  receive(most: number): readonly Message[] {
    const { scheduler, faults, declared } = this.#options;
    const received: Message[] = [];
    while (this.#visible.length > 0 && received.length < most) {
      const message = this.#takeVisible();
      if (!this.#messages.has(message.id) || this.#isDeadLettered(message)) continue;
      message.receives += 1;
      received.push(message);
      const isDuplicated = scheduler.random.chance(faults.duplicateDelivery);
      this.#showAfter(
        message,
        isDuplicated ? scheduler.random.between(0, 500) : declared.visibilityTimeoutSeconds * 1000,
      );
    }
    return received;
  }

  delete({ id }: { id: string }): void {
    if (!this.#options.scheduler.random.chance(this.#options.faults.lostDelete)) this.#messages.delete(id);
  }

  /** Makes a received message visible again at once. */
  release({ id }: { id: string }): void {
    const message = this.#messages.get(id);
    if (message !== undefined && message.visibleAtMs > this.#options.scheduler.nowMs) this.#showAfter(message, 0);
  }

  #add({ body, lineage, delayMs }: { body: string; lineage: Lineage; delayMs: number }): void {
    const { scheduler } = this.#options;
    const sentAtMs = Math.round(scheduler.nowMs);
    const message = { id: scheduler.random.uuid(), body, lineage, sentAtMs, receives: 0, visibleAtMs: 0 };
    this.#messages.set(message.id, message);
    const { faults } = this.#options;
    const lateMs =
      faults.lateDelivery > 0 && scheduler.random.chance(faults.lateDelivery) ? scheduler.random.between(0, 5_000) : 0;
    this.#showAfter(message, delayMs + lateMs);
  }

  #showAfter(message: Message, delayMs: number): void {
    const { scheduler } = this.#options;
    const visibleAtMs = scheduler.nowMs + delayMs;
    message.visibleAtMs = visibleAtMs;
    scheduler.after(delayMs, () => {
      if (message.visibleAtMs !== visibleAtMs || !this.#messages.has(message.id)) return;
      this.#visible.push(message);
      this.#onVisible?.();
    });
  }

  #takeVisible(): Message {
    const visible = this.#visible;
    const index = Math.floor(this.#options.scheduler.random.next() * visible.length);
    const taken = visible[index] as Message;
    const last = visible.pop() as Message;
    if (index < visible.length) visible[index] = last;
    return taken;
  }

  #isDeadLettered(message: Message): boolean {
    const { deadLetters, onDamaged, onDeadLetter } = this.#options;
    if (deadLetters === undefined || message.receives < deadLetters.afterReceives) return false;
    const { id, body, lineage } = message;
    this.#messages.delete(id);
    onDamaged?.(body);
    onDeadLetter?.(body);
    deadLetters.queue.#add({ body, lineage, delayMs: 0 });
    return true;
  }
}

/**
 * A malformed copy of a message, as a faulty version of our code might write it: it still names its calls, and mostly
 * its time.
 */
function poisoned(body: string, random: Random): string {
  const { v: _v, type, claim: _claim, reason: _reason, at: _at, detail, not_before, ...known } = JSON.parse(body);
  const tid = detail?.metadata?.tid;
  const isTimeless = (type === "deadline" || type === "step_deadlines") && random.chance(0.5);
  const named = { ...(tid !== undefined && { tid }), ...known, ...(!isTimeless && { not_before }) };
  return JSON.stringify({ v: 0, ...named, poisoned: true });
}
