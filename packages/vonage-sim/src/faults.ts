import type { WebhookLabel } from "./calls/call.ts";
import type { Person } from "./calls/people.ts";
import type { Random } from "./random.ts";

/** Probabilities, 0..1, that befall each webhook. */
export interface WebhookFaults {
  /** Sent twice. */
  readonly duplicate?: number;
  /** A status held back until a later one of the same call has gone out, or the call is over. */
  readonly reorder?: number;
  /** Sent late; other webhooks do not wait for it. */
  readonly delay?: number;
  /** Never sent. A lost digits webhook ends the call, as an unreachable URL would. */
  readonly lose?: number;
  /** The longest delay, in virtual seconds. Default 30. */
  readonly delaySecondsMax?: number;
}

export interface WebhookPlan {
  readonly copies: 1 | 2;
  readonly held: boolean;
  readonly delaySeconds: number;
  readonly lost: boolean;
}

const DELAY_SECONDS_MAX = 30;

/** `index` counts the call's webhooks that expect no NCCO, from 0. */
export function planWebhook(
  label: WebhookLabel,
  index: number,
  delivery: Person["delivery"],
  faults: WebhookFaults,
  random: Random,
): WebhookPlan {
  // All numbers are drawn every time, so that one fault's probability does not change the others.
  const [duplicated, reordered, delayed, lost, lateness] = [random(), random(), random(), random(), random()];
  const chance: WebhookPlan = {
    copies: duplicated < (faults.duplicate ?? 0) ? 2 : 1,
    held: reordered < (faults.reorder ?? 0),
    delaySeconds: delayed < (faults.delay ?? 0) ? lateness * (faults.delaySecondsMax ?? DELAY_SECONDS_MAX) : 0,
    lost: lost < (faults.lose ?? 0),
  };
  switch (delivery) {
    case "clean":
      return chance;
    case "losesCompleted":
      return { ...chance, lost: chance.lost || (label.kind === "status" && label.status === "completed") };
    case "doublesAndSwaps":
      return { ...chance, copies: 2, held: index % 2 === 0 };
    default:
      return delivery satisfies never;
  }
}

export function checkFaults(faults: WebhookFaults): void {
  for (const name of ["duplicate", "reorder", "delay", "lose"] as const) {
    const probability = faults[name] ?? 0;
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`webhookFaults.${name} must be between 0 and 1`);
  }
}
