import type { GraphQueue } from "@promptcall/local/graph";
import type { Faults } from "./faults.ts";
import { type Lineage, NO_LINEAGE } from "./lineage.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly lineage: Lineage;
  readonly sentAtMs: number;
  receives: number;
  /** Not to be handed out before; moved on by every receive. */
  visibleAtMs: number;
}

export interface SqsOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly declared: Pick<GraphQueue, "name" | "visibilityTimeoutSeconds" | "delaySeconds">;
  /** After so many receives a message goes to the dead letters; a queue without them keeps it. */
  readonly deadLetters?: { readonly queue: Sqs; readonly afterReceives: number } | undefined;
  readonly onMessage?: (message: { body: string; delaySeconds: number; lineage: Lineage }) => void;
  /** A message is not what was sent any more, or has failed too often. */
  readonly onSpoilt?: (body: string) => void;
  readonly onBuried?: (body: string) => void;
}

/** A standard queue: at least once, in no order, with delays, visibility and dead letters. */
export class Sqs {
  readonly #options: SqsOptions;
  readonly #messages = new Map<string, Message>();
  /** Those that can be handed out; some may have been deleted since. */
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

  /** Whoever takes messages from it hears when there are some. */
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
    const { world, faults, onMessage, onSpoilt } = this.#options;
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900)
      throw new RangeError(`SQS takes no delay of ${delaySeconds} s`);
    onMessage?.({ body, delaySeconds, lineage });
    const isPoisoned = this.#onVisible !== undefined && world.random.chance(faults.poison);
    if (isPoisoned) onSpoilt?.(body);
    this.#add({ body: isPoisoned ? poisoned(body, world.random) : body, lineage, delayMs: delaySeconds * 1000 });
  }

  /** Any of those that are visible, in any order; held back from others until they are deleted, or for a while. */
  receive(most: number): readonly Message[] {
    const { world, faults, declared } = this.#options;
    const received: Message[] = [];
    while (this.#visible.length > 0 && received.length < most) {
      const message = this.#takeVisible();
      if (!this.#messages.has(message.id) || this.#buried(message)) continue;
      message.receives += 1;
      received.push(message);
      const isDuplicated = world.random.chance(faults.duplicateDelivery);
      this.#showAfter(message, isDuplicated ? world.random.between(0, 500) : declared.visibilityTimeoutSeconds * 1000);
    }
    return received;
  }

  delete({ id }: { id: string }): void {
    if (!this.#options.world.random.chance(this.#options.faults.lostDelete)) this.#messages.delete(id);
  }

  /** For who holds it: it can be handed out again at once. */
  release({ id }: { id: string }): void {
    const message = this.#messages.get(id);
    if (message !== undefined && message.visibleAtMs > this.#options.world.nowMs) this.#showAfter(message, 0);
  }

  #add({ body, lineage, delayMs }: { body: string; lineage: Lineage; delayMs: number }): void {
    const { world } = this.#options;
    const sentAtMs = Math.round(world.nowMs);
    const message = { id: world.random.uuid(), body, lineage, sentAtMs, receives: 0, visibleAtMs: 0 };
    this.#messages.set(message.id, message);
    const { faults } = this.#options;
    const lateMs =
      faults.lateDelivery > 0 && world.random.chance(faults.lateDelivery) ? world.random.between(0, 5_000) : 0;
    this.#showAfter(message, delayMs + lateMs);
  }

  #showAfter(message: Message, delayMs: number): void {
    const { world } = this.#options;
    const visibleAtMs = world.nowMs + delayMs;
    message.visibleAtMs = visibleAtMs;
    world.after(delayMs, () => {
      if (message.visibleAtMs !== visibleAtMs || !this.#messages.has(message.id)) return;
      this.#visible.push(message);
      this.#onVisible?.();
    });
  }

  #takeVisible(): Message {
    const visible = this.#visible;
    const index = Math.floor(this.#options.world.random.next() * visible.length);
    const taken = visible[index] as Message;
    const last = visible.pop() as Message;
    if (index < visible.length) visible[index] = last;
    return taken;
  }

  #buried(message: Message): boolean {
    const { deadLetters, onSpoilt, onBuried } = this.#options;
    if (deadLetters === undefined || message.receives < deadLetters.afterReceives) return false;
    const { id, body, lineage } = message;
    this.#messages.delete(id);
    onSpoilt?.(body);
    onBuried?.(body);
    deadLetters.queue.#add({ body, lineage, delayMs: 0 });
    return true;
  }
}

/**
 * The same message as a faulty version of ourselves might have written it: it still names its calls and its time, though
 * a deadline's is sometimes lost.
 */
function poisoned(body: string, random: Random): string {
  const { v: _v, type, claim: _claim, reason: _reason, at: _at, detail, not_before, ...known } = JSON.parse(body);
  const tid = detail?.metadata?.tid;
  const isTimeless = (type === "deadline" || type === "step_deadlines") && random.chance(0.5);
  const named = { ...(tid !== undefined && { tid }), ...known, ...(!isTimeless && { not_before }) };
  return JSON.stringify({ v: 0, ...named, poisoned: true });
}
