import type { Signature } from "../api/applications.ts";
import type { Clock } from "../clock.ts";
import { planWebhook, type WebhookFaults } from "../faults.ts";
import { seededRandom } from "../random.ts";
import type { CallRecord, PlacedRequest, SimCall } from "./call.ts";
import { isOver, snapshot } from "./call.ts";
import { CallSession } from "./call-session.ts";
import type { HandAct } from "./handset.ts";
import { BUSY, personAt, SOMEBODY_HERE } from "./people.ts";
import { Timeline } from "./timeline.ts";
import type { WebhookClient } from "./webhook-client.ts";
import { WebhookQueue } from "./webhook-queue.ts";
import { webhookToken } from "./webhook-token.ts";

export interface CallRegistryParts {
  readonly clock: Clock;
  /** Of calls that a human being answers: as fast as life. */
  readonly handClock: Clock;
  /** Whether it rings here at that number. */
  readonly isAtHand: (number: string) => boolean;
  readonly client: WebhookClient;
  readonly seed: number;
  readonly faults: WebhookFaults;
  readonly today: () => Date;
  readonly newId: () => string;
  readonly onCall: ((call: SimCall) => void) | undefined;
}

interface LiveCall {
  readonly call: CallRecord;
  readonly session: CallSession;
}

/** `random_from_number` picks this one: the simulator owns no others. */
const OWN_NUMBER = "12015550100";

export interface Caller {
  readonly applicationId: string;
  readonly fallbackAnswerUrl: string | undefined;
  readonly signature: Signature | undefined;
  readonly region: string | undefined;
}

/** All calls in order of creation; places new ones. */
export class CallRegistry {
  readonly #parts: CallRegistryParts;
  readonly #calls = new Map<string, LiveCall>();
  readonly #callsTo = new Map<string, number>();

  constructor(parts: CallRegistryParts) {
    this.#parts = parts;
  }

  place(request: PlacedRequest, { applicationId, fallbackAnswerUrl, signature, region }: Caller): SimCall {
    const { client, faults, newId, onCall, seed, today } = this.#parts;
    const createdAt = today();
    const to = request.to[0].number;
    const callsBefore = this.#callsTo.get(to) ?? 0;
    this.#callsTo.set(to, callsBefore + 1);
    const isOurs = this.#parts.isAtHand(to);
    const isBusy = isOurs && [...this.#calls.values()].some(({ call }) => call.atHand && !isOver(call));
    const atHand = isOurs && !isBusy;
    const person = atHand ? SOMEBODY_HERE : isBusy ? BUSY : personAt(to, { callsBefore });
    const clock = atHand ? this.#parts.handClock : this.#parts.clock;
    const call: CallRecord = {
      uuid: person.reports === "captured" ? capturedForm(newId()) : newId(),
      conversationUuid: `CON-${newId()}`,
      applicationId,
      to,
      region: region ?? null,
      from: request.from?.number ?? OWN_NUMBER,
      createdAt: createdAt.toISOString(),
      status: "started",
      ncco: [],
      digits: [],
      atHand,
      keyed: 0,
      webhooks: [],
      disconnectedBy: null,
      summary: null,
      finished: false,
    };
    const random = seededRandom(seed, this.#calls.size);
    const onChange = () => onCall?.(snapshot(call));
    const webhooks = new WebhookQueue({
      client,
      plan: (label, index) => planWebhook(label, index, person.delivery, faults, random),
      after: (seconds, run) => clock.after(seconds, run),
      onSent: (webhook) => {
        call.webhooks.push(webhook);
        onChange();
      },
      onFinished: () => {
        call.finished = true;
        onChange();
      },
      sign: async (payload) => signature && (await webhookToken({ payload, signature, applicationId, now: today() })),
    });
    const timeline = new Timeline(clock, createdAt);
    const session = new CallSession({ call, request, person, fallbackAnswerUrl, timeline, webhooks, onChange });
    this.#calls.set(call.uuid, { call, session });
    session.begin();
    return call;
  }

  /** An application sees its own calls only, and each of them in its region. */
  find(asked: { uuid: string; applicationId: string; region: string | undefined }): LiveCall | undefined {
    const found = this.#calls.get(asked.uuid);
    const isThere = found?.call.region === (asked.region ?? null);
    return isThere && found?.call.applicationId === asked.applicationId ? found : undefined;
  }

  /** False where nobody here has that call, or it is too late for that. */
  byHand(uuid: string, act: HandAct): boolean {
    const found = this.#calls.get(uuid);
    return found?.call.atHand === true && found.session.byHand(act);
  }

  calls(): readonly SimCall[] {
    return Array.from(this.#calls.values(), ({ call }) => snapshot(call));
  }
}

/** As in captures, `0A0000000123ABCD1`: letters and digits, and no UUID. */
function capturedForm(id: string): string {
  return `0A${id.replaceAll("-", "").slice(0, 15).toUpperCase()}`;
}
