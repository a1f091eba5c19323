import type { LineStatus } from "@promptcall/core/line-status";
import type { StepName } from "./operations.ts";

/** Something the carrier tells of a call, how long after the one before it, and what folding it amounts to, if it is. */
export interface News {
  readonly afterSeconds: number;
  readonly tells: LineStatus | "right PIN" | "wrong PIN";
  readonly folds?: Extract<StepName, "fold" | "end" | "complete">;
}

export interface Journey {
  /** Of all calls. An assumption: nothing is known of anybody's traffic. */
  readonly share: number;
  readonly news: readonly News[];
}

const started: News = { afterSeconds: 0.5, tells: "started" };
const ringing: News = { afterSeconds: 1.5, tells: "ringing" };
const answered: News = { afterSeconds: 10, tells: "answered" };
const wrong: News = { afterSeconds: 12, tells: "wrong PIN", folds: "fold" };
const right: News = { afterSeconds: 12, tells: "right PIN", folds: "fold" };
const bye: News = { afterSeconds: 4, tells: "completed", folds: "complete" };

/** Where nobody picked up the result is out already. */
const late: News = { afterSeconds: 1, tells: "completed", folds: "fold" };

/** Where somebody did and keyed nothing the settle timer completes the call. */
const over = (afterSeconds: number): News => ({ afterSeconds, tells: "completed", folds: "end" });

export const JOURNEYS = {
  "right at once": { share: 0.7, news: [started, ringing, answered, right, bye] },
  "right at the second attempt": { share: 0.1, news: [started, ringing, answered, wrong, right, bye] },
  "wrong three times": { share: 0.03, news: [started, ringing, answered, wrong, wrong, wrong, bye] },
  unanswered: {
    share: 0.1,
    news: [started, ringing, { afterSeconds: 45, tells: "unanswered", folds: "complete" }, late],
  },
  busy: { share: 0.05, news: [started, { afterSeconds: 2, tells: "busy", folds: "complete" }, late] },
  mailbox: {
    share: 0.02,
    news: [started, ringing, answered, { afterSeconds: 4, tells: "machine", folds: "fold" }, over(1)],
  },
} as const satisfies Record<string, Journey>;

export type JourneyName = keyof typeof JOURNEYS;

/** Every step of a call that is dialed at the first attempt and whose result is taken at the first attempt, in order. */
export function stepsOf({ news }: Journey): readonly StepName[] {
  const told = news.flatMap(({ tells, folds }): StepName[] => [hookOf(tells), ...(folds ? [folds] : [])]);
  const settles = news.some(({ folds }) => folds === "end");
  return ["accept", "place", ...told, ...(settles ? ["settle" as const] : []), "deliver", "deadline"];
}

export function hookOf(tells: News["tells"]): "digits" | "status" | "unheard" {
  if (tells === "started" || tells === "ringing" || tells === "answered") return "unheard";
  return tells === "right PIN" || tells === "wrong PIN" ? "digits" : "status";
}
