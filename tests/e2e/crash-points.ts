import type { LocalOptions } from "@promptcall/local/local";
import type { APIGatewayProxyEventV2, SQSEvent } from "aws-lambda";

type Invocation = Parameters<NonNullable<LocalOptions["crashes"]>>[0];

/** What an invocation is about: which kind of work, for whom, and by which message it would come again. */
export interface Work {
  readonly kind: string;
  readonly number?: string;
  readonly tid?: string;
  /** Whose loop it is about, where the message names it. */
  readonly owner?: string;
  readonly messageId?: string;
}

const CONSUMERS: Readonly<Record<string, string>> = {
  DialQueueSubscriberFunction: "dialer",
  StateQueueSubscriberFunction: "reducer",
  TimersQueueSubscriberFunction: "timers",
  CallbacksQueueSubscriberFunction: "dispatcher",
  CallbackRetriesQueueSubscriberFunction: "dispatcher",
};

/** Of an invocation with a single record, where it is one for records. */
export function workOf({ functionName, event }: Invocation): Work {
  const received = event as SQSEvent | APIGatewayProxyEventV2;
  if ("Records" in received) return recordWork(CONSUMERS[functionName] ?? functionName, received);
  return requestWork(received);
}

interface Body {
  readonly type?: string;
  readonly tid?: string;
  readonly owner?: string;
  readonly n?: number;
  readonly "detail-type"?: string;
  readonly detail?: { readonly metadata: { readonly tid: string }; readonly data: { readonly status?: string } };
}

function recordWork(consumer: string, { Records }: SQSEvent): Work {
  const [record] = Records;
  if (record === undefined || Records.length > 1) throw new Error(`${consumer} was handed ${Records.length} records`);
  const { type, tid, owner, n, detail, "detail-type": detailType }: Body = JSON.parse(record.body);
  const about = detail?.metadata.tid ?? tid;
  const status = detailType === "call.status" ? detail?.data.status : undefined;
  return {
    kind: [consumer, type ?? detailType, n, status].filter((part) => part !== undefined).join(" "),
    messageId: record.messageId,
    ...(about !== undefined && { tid: about }),
    ...(owner !== undefined && { owner }),
  };
}

function requestWork({ rawPath, body = "", isBase64Encoded }: APIGatewayProxyEventV2): Work {
  const text = Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString();
  if (rawPath === "/call") return { kind: "api", number: new URLSearchParams(text).get("to") ?? "" };
  const [, , tid = "", purpose = ""] = rawPath.split("/");
  const { status }: { status?: string } = JSON.parse(text);
  return { kind: ["webhooks", purpose, status].filter((part) => part !== undefined).join(" "), tid };
}

/** A place between two lines: at the nth of the effects that this kind of work has in a call to this person. */
export interface CrashPoint {
  readonly ending: string;
  readonly kind: string;
  readonly effects: readonly string[];
  readonly effect: number;
  readonly moment: "before" | "after";
}

export function crashPoints(work: { ending: string; kind: string; effects: readonly string[] }): CrashPoint[] {
  return work.effects.flatMap((_, index) =>
    (["before", "after"] as const).map((moment) => ({ ...work, effect: index + 1, moment })),
  );
}

/** What was done when it died. */
export function done({ effects, effect, moment }: CrashPoint): readonly string[] {
  return effects.slice(0, moment === "after" ? effect : effect - 1);
}

export function nameOf({ ending, kind, effects, effect, moment }: CrashPoint): string {
  return `${ending}: ${kind} dies ${moment} ${effect} ${effects[effect - 1]}`;
}

/** The same in every run: without addresses and ids. */
export function effectName(effect: string): string {
  return effect.replace(/^\w+\.(?=\w+$)/, "").replace(/ http:\/\/[^/]*(\/v1\/calls|\/\w*).*$/, " $1");
}
