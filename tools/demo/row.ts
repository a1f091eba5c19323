import { outcomeFields } from "@promptcall/core/call/call";
import type { Event } from "@promptcall/core/contracts/events";
import type { Person } from "./people.ts";

/** One call of the demo, and to whom. */
export interface Row {
  readonly person: Person;
  readonly to: string;
  readonly tid: string;
  readonly postedAtMs: number;
}

/** What an event says of how the call stands, in a word or two. */
export function stateAfter({ type, data }: Event): string | undefined {
  switch (type) {
    case "call.accepted":
      return "queued";
    case "call.dialed":
      return "dialing";
    case "call.dial_failed":
      return data.reason;
    case "call.status":
      // `completed` of a line says nothing of the result.
      return data.status === "started" || data.status === "completed" ? undefined : data.status;
    case "call.digits":
      return data.matched ? "right" : data.timed_out ? `silence, ${data.attempt}` : `wrong, ${data.attempt}`;
    case "call.completed":
      return [data.status, data.choice, data.detail ?? data.reason].filter(Boolean).join(", ");
    case "callback.delivered":
    case "callback.parked":
      return undefined;
    default:
      return type satisfies never;
  }
}

/** The same for the result that is expected. */
export function expectedState({ outcome }: Person): string {
  return Object.values(outcomeFields(outcome)).join(", ");
}
