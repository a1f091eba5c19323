import type { WebhookPlan } from "../faults.ts";
import type { SimWebhook, WebhookLabel } from "./call.ts";
import type { Payload } from "./events.ts";
import type { Reply, Target, WebhookClient } from "./webhook-client.ts";

export interface WebhookQueueParts {
  readonly client: WebhookClient;
  readonly plan: (label: WebhookLabel, index: number) => WebhookPlan;
  readonly after: (seconds: number, run: () => void) => void;
  readonly onSent: (webhook: SimWebhook) => void;
  readonly onFinished: () => void;
  readonly sign: (payload: string) => Promise<string | undefined>;
}

/** Sends one call's webhooks in order, unless a planned fault delays or reorders one. */
export class WebhookQueue {
  readonly #parts: WebhookQueueParts;
  readonly #held: (() => void)[] = [];
  #lastNotified: Promise<unknown> = Promise.resolve();
  #notifiedCount = 0;
  #pending = 0;
  #closed = false;

  constructor(parts: WebhookQueueParts) {
    this.#parts = parts;
  }

  /** A webhook whose answer does not matter. */
  notify(target: Target, payload: Payload, label: WebhookLabel): void {
    const plan = this.#parts.plan(label, this.#notifiedCount++);
    if (plan.lost) {
      this.#parts.onSent({ ...label, response: "lost" });
      return;
    }
    this.#pending++;
    const post = () => this.#post(target, payload, label, plan.copies);
    if (plan.held) {
      this.#held.push(post);
    } else if (plan.delaySeconds > 0) {
      this.#parts.after(plan.delaySeconds, post);
    } else {
      post();
      this.#releaseHeld();
    }
  }

  /** A webhook whose answer is an NCCO. The first copy to be answered counts. */
  async request(target: Target, payload: Payload, label: WebhookLabel): Promise<Reply> {
    // Only statuses are reordered, so they alone count for the index.
    const plan = this.#parts.plan(label, this.#notifiedCount);
    if (plan.lost) {
      this.#parts.onSent({ ...label, response: "lost" });
      return { kind: "unreachable" };
    }
    this.#pending++;
    if (plan.delaySeconds > 0) await new Promise<void>((resolve) => this.#parts.after(plan.delaySeconds, resolve));
    const copies = Array.from({ length: plan.copies }, () => this.#send(target, payload, label, true));
    void Promise.all(copies).then((replies) => this.#countDone(replies));
    return firstAnswered(copies);
  }

  /** No more webhooks will come: sends those that were held back. */
  close(): void {
    this.#closed = true;
    this.#releaseHeld();
    this.#finishIfDone();
  }

  #post(target: Target, payload: Payload, label: WebhookLabel, copies: number): void {
    this.#lastNotified = this.#lastNotified.then(async () => {
      const replies: Reply[] = [];
      for (let copy = 0; copy < copies; copy++) replies.push(await this.#send(target, payload, label, false));
      this.#countDone(replies);
    });
  }

  #send(target: Target, payload: Payload, label: WebhookLabel, expectsNcco: boolean): Promise<Reply> {
    return this.#parts.client.send(target, payload, {
      expectsNcco,
      sign: this.#parts.sign,
      onAttempt: (reply) => {
        if (reply.kind === "stopped") return;
        this.#parts.onSent({ ...label, response: reply.kind === "answered" ? reply.code : "unreachable" });
      },
    });
  }

  #releaseHeld(): void {
    for (const post of this.#held.splice(0)) post();
  }

  #countDone(replies: readonly Reply[]): void {
    if (replies.some(({ kind }) => kind === "stopped")) return;
    this.#pending--;
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#closed && this.#pending === 0) this.#parts.onFinished();
  }
}

async function firstAnswered(copies: readonly Promise<Reply>[]): Promise<Reply> {
  const answered = copies.map(async (copy) => {
    const reply = await copy;
    if (reply.kind !== "answered") throw new Error(reply.kind);
    return reply;
  });
  return Promise.any(answered).catch(async () => (await copies[0]) ?? { kind: "unreachable" });
}
