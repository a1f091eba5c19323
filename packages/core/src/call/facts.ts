import type { LegStatus } from "../contracts/leg-status.ts";
import { DETAILS, ENDINGS, type NotDialed } from "../contracts/reasons.ts";
import type { Call, Completed, Leg } from "./call.ts";

/** What the carrier or the person did, reported by the dialer or a webhook. */
export type Report =
  | { readonly type: "dialed"; readonly uuid: string }
  | { readonly type: "dial_failed"; readonly reason: NotDialed }
  | {
      readonly type: "leg";
      readonly status: LegStatus;
      readonly uuid?: string | undefined;
      readonly answeredAt?: string | undefined;
      readonly detail?: string | undefined;
      readonly durationSeconds?: number | undefined;
      readonly price?: string | undefined;
      readonly rate?: string | undefined;
      readonly network?: string | undefined;
    }
  | {
      readonly type: "digits";
      /** 0 where nothing is asked, and all was said. */
      readonly attempt: number;
      readonly matched: boolean;
      readonly choice?: string | undefined;
      readonly sealedDigits?: string | undefined;
    };

type Entered = Extract<Call, { phase: "ended" }>["entered"];

/** What is known of one dial. */
export type Facts = Pick<Completed, "line" | "attempts" | "attemptTimes"> & {
  readonly claim: Completed["claim"];
  readonly entered?: NonNullable<Entered>;
};

/** The facts with those of one more report: the same, in whatever order reports come. */
export function joined(facts: Facts, report: Exclude<Report, { type: "dial_failed" }>, at: string): Facts {
  const { line, attempts, attemptTimes } = facts;
  switch (report.type) {
    case "dialed":
      return { ...facts, line: { ...line, uuid: report.uuid } };
    case "leg":
      return { ...facts, line: joinLeg(line, report, at) };
    case "digits": {
      const { attempt } = report;
      // An attempt counts once. A second report cannot turn a wrong attempt into a right one.
      const matched = report.matched && attempts[attempt] !== false;
      const { entered, ...others } = facts;
      return {
        ...others,
        attempts: { ...attempts, [attempt]: matched },
        attemptTimes: { ...attemptTimes, [attempt]: earlier(attemptTimes?.[attempt], at) },
        ...joinEntered(entered, { ...report, matched }),
      };
    }
    default:
      return report satisfies never;
  }
}

/** What was entered in an attempt that counts. Of two reports that differ the same one stays, whichever comes first. */
function joinEntered(
  known: Entered = {},
  { attempt, matched, choice, sealedDigits }: Extract<Report, { type: "digits" }>,
): Pick<Facts, "entered"> {
  const { [attempt]: before, ...others } = known;
  const words = { choice: lower(before?.choice, choice), sealedDigits: lower(before?.sealedDigits, sealedDigits) };
  const now = Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined));
  const entered = matched && Object.keys(now).length > 0 ? { ...others, [attempt]: now } : others;
  return Object.keys(entered).length > 0 ? { entered } : {};
}

function lower(known: string | undefined, reported: string | undefined): string | undefined {
  if (known === undefined || reported === undefined) return known ?? reported;
  return known < reported ? known : reported;
}

/** The leg's name and its bill. They may come after the call is completed: a result says of them what was known then. */
export function billOf(of: { readonly [Field in keyof Bill]: Bill[Field] | undefined }): Bill {
  const { uuid, durationSeconds, price, rate, network } = of;
  return {
    ...(uuid !== undefined && { uuid }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(price !== undefined && { price }),
    ...(rate !== undefined && { rate }),
    ...(network !== undefined && { network }),
  };
}

type Bill = Pick<Leg, "uuid" | "durationSeconds" | "price" | "rate" | "network">;

export function withoutBill(line: Leg): Omit<Leg, keyof Bill> {
  const { uuid: _uuid, durationSeconds: _duration, price: _price, rate: _rate, network: _network, ...others } = line;
  return others;
}

function joinLeg(line: Leg, report: Extract<Report, { type: "leg" }>, at: string): Leg {
  const { status, answeredAt, detail } = report;
  return {
    ...line,
    ...billOf(report),
    ...(answeredAt !== undefined && { answeredAt: earlier(line.answeredAt, answeredAt) }),
    ...(isDetail(detail) && { detail: firstOf(DETAILS, line.detail, detail) }),
    ...factOf(line, status, at),
  };
}

function factOf(line: Leg, status: LegStatus, at: string): Leg {
  switch (status) {
    case "started":
    case "disconnected":
      return {};
    case "ringing":
      return { ringingAt: earlier(line.ringingAt, at) };
    case "answered":
    case "human":
      return { answeredAt: earlier(line.answeredAt, at) };
    case "machine":
    case "busy":
    case "cancelled":
    case "timeout":
    case "unanswered":
      return { ending: firstOf(ENDINGS, line.ending, status) };
    case "rejected":
    case "failed":
      // Nothing may follow: the carrier sends no `completed` after the first, and not always one after the second.
      return { ending: firstOf(ENDINGS, line.ending, status), endedAt: earlier(line.endedAt, at) };
    case "completed":
      return { endedAt: earlier(line.endedAt, at) };
    default:
      return status satisfies never;
  }
}

function earlier(known: string | undefined, at: string): string {
  return known !== undefined && known < at ? known : at;
}

function isDetail(word: string | undefined): word is string {
  return word !== undefined && DETAILS.some((detail) => detail === word);
}

/** Whichever of the two comes first in the list. */
function firstOf<Word extends string>(words: readonly Word[], known: Word | undefined, reported: Word): Word {
  return known !== undefined && words.indexOf(known) < words.indexOf(reported) ? known : reported;
}
