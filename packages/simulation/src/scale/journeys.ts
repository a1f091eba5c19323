import type { LineStatus } from "@promptcall/core/line-status";
import type { StepName } from "./operations.ts";

/** Something the carrier tells of a call, and what folding it amounts to, if it is. */
export interface News {
  readonly tells: LineStatus | "right PIN" | "wrong PIN";
  readonly folds?: Extract<StepName, "fold" | "end" | "complete">;
}

export interface Journey {
  /** Of all calls. An assumption: nothing is known of anybody's traffic. */
  readonly share: number;
  readonly news: readonly News[];
}

const rings: readonly News[] = [{ tells: "started" }, { tells: "ringing" }];
const picked: readonly News[] = [...rings, { tells: "answered" }];
const wrong: News = { tells: "wrong PIN", folds: "fold" };
const right: News = { tells: "right PIN", folds: "fold" };
const bye: News = { tells: "completed", folds: "complete" };
/** Where nobody picked up the result is out already; where somebody did and keyed nothing the settle timer completes the call. */
const late: News = { tells: "completed", folds: "fold" };
const over: News = { tells: "completed", folds: "end" };

export const JOURNEYS = {
  "right at once": { share: 0.7, news: [...picked, right, bye] },
  "right at the second attempt": { share: 0.1, news: [...picked, wrong, right, bye] },
  "wrong three times": { share: 0.03, news: [...picked, wrong, wrong, wrong, bye] },
  unanswered: { share: 0.1, news: [...rings, { tells: "unanswered", folds: "complete" }, late] },
  busy: { share: 0.05, news: [{ tells: "started" }, { tells: "busy", folds: "complete" }, late] },
  mailbox: { share: 0.02, news: [...picked, { tells: "machine", folds: "fold" }, over] },
} as const satisfies Record<string, Journey>;

/** Every step from a call's first news to the delivery of its result, at the first attempt, in order. */
export function stepsOf({ news }: Journey): readonly StepName[] {
  const told = news.flatMap(({ tells, folds }): StepName[] => [hookOf(tells), ...(folds ? [folds] : [])]);
  const settles = news.some(({ folds }) => folds === "end");
  return [...told, ...(settles ? ["settle" as const] : []), "deliver"];
}

export function hookOf(tells: News["tells"]): "digits" | "status" | "unheard" {
  if (tells === "started" || tells === "ringing" || tells === "answered") return "unheard";
  return tells === "right PIN" || tells === "wrong PIN" ? "digits" : "status";
}
