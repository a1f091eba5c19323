import type { CallRecord, SimCall } from "./call.ts";
import { snapshot } from "./call.ts";
import type { CallRequest } from "./call-request.ts";
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
const UNKNOWN_CALLER = "unknown";

/** Every call there has been, in order of creation, and what is needed to place another. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #lines = new Map<string, Line>();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  place(request: CallRequest, applicationId: string): SimCall {
    const { clock, courier, faults, newId, onCall, seed, today } = this.#parts;
    const createdAt = today();
    const to = request.to[0].number;
    const call: CallRecord = {
      uuid: newId(),
      conversationUuid: `CON-${newId()}`,
      applicationId,
      to,
      from: request.from?.number ?? (request.random_from_number ? OWN_NUMBER : UNKNOWN_CALLER),
      createdAt: createdAt.toISOString(),
      status: "started",
      ncco: [],
      digits: [],
      webhooks: [],
      disconnectedBy: null,
      summary: null,
      finished: false,
    };
    const person = personAt(to);
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
    const life = new Life({ call, request, person, timeline: new Timeline(clock, createdAt), outbox, onChange });
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
