import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { StepName } from "./operations.ts";

/** A report of the carrier, and the step that handles it, if any. */
export interface StatusUpdate {
  readonly reports: LegStatus | "right PIN" | "wrong PIN";
  readonly folds?: Extract<StepName, "fold" | "end" | "complete">;
}

export interface Journey {
  /** Of all calls. An assumption: nothing is known of anybody's traffic. */
  readonly share: number;
  readonly updates: readonly StatusUpdate[];
}

const rings: readonly StatusUpdate[] = [{ reports: "started" }, { reports: "ringing" }];
const picked: readonly StatusUpdate[] = [...rings, { reports: "answered" }];
const wrong: StatusUpdate = { reports: "wrong PIN", folds: "fold" };
const right: StatusUpdate = { reports: "right PIN", folds: "fold" };
const bye: StatusUpdate = { reports: "completed", folds: "complete" };
/** An unanswered call has its result already; one that was answered without digits is completed by the settle timer. */
const late: StatusUpdate = { reports: "completed", folds: "fold" };
const over: StatusUpdate = { reports: "completed", folds: "end" };

export const JOURNEYS = {
  "right at once": { share: 0.7, updates: [...picked, right, bye] },
  "right at the second attempt": { share: 0.1, updates: [...picked, wrong, right, bye] },
  "wrong three times": { share: 0.03, updates: [...picked, wrong, wrong, wrong, bye] },
  unanswered: { share: 0.1, updates: [...rings, { reports: "unanswered", folds: "complete" }, late] },
  busy: { share: 0.05, updates: [{ reports: "started" }, { reports: "busy", folds: "complete" }, late] },
  mailbox: { share: 0.02, updates: [...picked, { reports: "machine", folds: "fold" }, over] },
} as const satisfies Record<string, Journey>;

/** Every step from a call's first report to the delivery of its result, in order. */
export function stepsOf({ updates }: Journey): readonly StepName[] {
  const reported = updates.flatMap(({ reports, folds }): StepName[] => [hookOf(reports), ...(folds ? [folds] : [])]);
  const settles = updates.some(({ folds }) => folds === "end");
  return [...reported, ...(settles ? ["settle" as const] : []), "deliver"];
}

export function hookOf(reports: StatusUpdate["reports"]): "digits" | "status" | "unheard" {
  if (reports === "started" || reports === "ringing" || reports === "answered") return "unheard";
  return reports === "right PIN" || reports === "wrong PIN" ? "digits" : "status";
}
