import type { CallRecord, PlacedRequest, SimCall } from "./call.ts";
import { snapshot } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Courier } from "./courier.ts";
import { planWebhook, type WebhookFaults } from "./faults.ts";
import { Life } from "./life.ts";
import { Outbox } from "./outbox.ts";
import { personAt } from "./people.ts";
import { seededRandom } from "./random.ts";
import { Timeline } from "./timeline.ts";

export interface ExchangeParts {
  readonly clock: Clock;
  readonly courier: Courier;
  readonly seed: number;
  readonly faults: WebhookFaults;
  readonly today: () => Date;
  readonly newId: () => string;
  readonly onCall: ((call: SimCall) => void) | undefined;
}

interface Line {
  readonly call: CallRecord;
  readonly life: Life;
}

/** `random_from_number` picks this one: the simulator owns no others. */
const OWN_NUMBER = "12015550100";

export interface Caller {
  readonly applicationId: string;
  readonly fallbackAnswerUrl: string | undefined;
}

/** Every call there has been, in order of creation, and what is needed to place another. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #lines = new Map<string, Line>();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  place(request: PlacedRequest, { applicationId, fallbackAnswerUrl }: Caller): SimCall {
    const { clock, courier, faults, newId, onCall, seed, today } = this.#parts;
    const createdAt = today();
    const to = request.to[0].number;
    const person = personAt(to);
    const call: CallRecord = {
      uuid: person.reports === "captured" ? capturedForm(newId()) : newId(),
      conversationUuid: `CON-${newId()}`,
      applicationId,
      to,
      from: request.from?.number ?? OWN_NUMBER,
      createdAt: createdAt.toISOString(),
      status: "started",
      ncco: [],
      digits: [],
      webhooks: [],
      disconnectedBy: null,
      summary: null,
      finished: false,
    };
    const random = seededRandom(seed, this.#lines.size);
    const onChange = () => onCall?.(snapshot(call));
    const outbox = new Outbox({
      courier,
      plan: (label, index) => planWebhook(label, index, person.line, faults, random),
      after: (seconds, run) => clock.after(seconds, run),
      onSent: (webhook) => {
        call.webhooks.push(webhook);
        onChange();
      },
      onFinished: () => {
        call.finished = true;
        onChange();
      },
    });
    const timeline = new Timeline(clock, createdAt);
    const life = new Life({ call, request, person, fallbackAnswerUrl, timeline, outbox, onChange });
    this.#lines.set(call.uuid, { call, life });
    life.begin();
    return call;
  }

  /** An application sees its own calls only. */
  find(uuid: string, applicationId: string): Line | undefined {
    const line = this.#lines.get(uuid);
    return line?.call.applicationId === applicationId ? line : undefined;
  }

  calls(): readonly SimCall[] {
    return Array.from(this.#lines.values(), ({ call }) => snapshot(call));
  }
}

/** As in captures, `0A0000000123ABCD1`: letters and digits, and no UUID. */
function capturedForm(id: string): string {
  return `0A${id.replaceAll("-", "").slice(0, 15).toUpperCase()}`;
}
