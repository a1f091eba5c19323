import type { Problem } from "../data/api.ts";
import { take } from "../data/calls.ts";
import { connection } from "../data/connection.ts";
import { inbox, phone, texts } from "../data/live.ts";
import { tab } from "../data/session.ts";
import { Phone } from "../phone/phone.tsx";
import { request } from "../phone/placed.ts";
import { CallbackPanel } from "../request/callback-panel.tsx";
import { RequestPanel } from "../request/request-panel.tsx";
import { call, over, parked, received, retried, ringing, said, talking, tidOf } from "./data.ts";
import { type Story, story } from "./story.ts";

const drawPhone = () => <Phone />;
const ended = (ended_by: "declined" | "hung_up" | "unanswered" | "line") => () => {
  phone.value = talking({ state: "ended", ended_by });
};
const problem: Problem = {
  status: 400,
  title: "Bad Request",
  detail: "A field is wrong.",
  errors: [{ field: "pin_code", wrong: "must be 1 to 20 digits", expected: "1 to 20 digits" }],
  requestId: "1",
  retryAfter: undefined,
  more: {},
};
const refused = () => {
  request.value = { kind: "refused", problem, sentence: problem.detail };
};
const accepted = () => {
  request.value = { kind: "accepted", tid: tidOf(1) };
};

export const PHONE_STORIES: readonly Story[] = [
  story("phone/idle", drawPhone),
  story("phone/calling", drawPhone, () => {
    request.value = { kind: "sending" };
  }),
  story("phone/ringing", drawPhone, () => {
    phone.value = ringing;
  }),
  story("phone/in-call", drawPhone, () => {
    phone.value = talking({ tab });
    texts.value = said;
  }),
  story("phone/in-another-tab", drawPhone, () => {
    phone.value = talking({ tab: "another" });
  }),
  story("phone/ended-ok", drawPhone, () => {
    take([over(1, { tid: tidOf(1) })]);
    ended("line")();
  }),
  story("phone/ended-failed", drawPhone, () => {
    take([over(1, { status: "failed", attempts: [1, 2, 3].map((attempt) => ({ attempt, matched: false })) })]);
    ended("line")();
  }),
  story("phone/declined", drawPhone, ended("declined")),
  story("phone/hung-up", drawPhone, ended("hung_up")),
  story("phone/not-answered", drawPhone, ended("unanswered")),
  story("phone/error", drawPhone, refused),
  story("phone/not-connected", drawPhone, () => {
    connection.value = { ...connection.value, kind: "lost", tries: 3 };
    phone.value = ringing;
  }),
  story("request/before", () => <RequestPanel />),
  story("request/accepted", () => <RequestPanel />, accepted),
  story("request/refused", () => <RequestPanel />, refused),
  story("callback/waiting", () => <CallbackPanel />),
  story(
    "callback/verified",
    () => <CallbackPanel />,
    () => {
      accepted();
      inbox.value = [received()];
    },
  ),
  story(
    "callback/not-verified",
    () => <CallbackPanel />,
    () => {
      accepted();
      inbox.value = [received({ verified: false, why: "the timestamp is 9 min old" })];
    },
  ),
  story(
    "callback/twice",
    () => <CallbackPanel />,
    () => {
      accepted();
      inbox.value = [received(), received()];
    },
  ),
  story(
    "callback/tried-again",
    () => <CallbackPanel />,
    () => {
      accepted();
      take([call(1, { state: "completed", status: "ok", callback: retried })]);
    },
  ),
  story(
    "callback/parked",
    () => <CallbackPanel />,
    () => {
      accepted();
      take([call(1, { state: "completed", status: "ok", callback: parked })]);
    },
  ),
];
