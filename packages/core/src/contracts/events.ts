import * as z from "zod/mini";
import { CallCompleted } from "./completed-event.ts";
import { EnvelopeSchema } from "./event-envelope.ts";
import { described, event } from "./event-fields.ts";
import { text, whole } from "./records/fields.ts";
import { REPORTS } from "./report-events.ts";

/*
 * Events of which no function of ours is told are declared here, the others in files of their own: each schema takes time at
 * the start of the function that has it.
 */

export const CallAccepted = event({
  type: "call.accepted",
  meaning: "The call is written and queued, on a stage with `verboseEvents`. Calls of a batch have no such event.",
  data: described(z.object({ to: text }), { to: "The number, masked" }),
});

export const CallbackDelivered = event({
  type: "callback.delivered",
  meaning: "The customer's server has taken the result.",
  data: z.object({ attempt: whole, http_status: whole, duration_ms: z.number() }),
});

export const CallbackParked = event({
  type: "callback.parked",
  meaning: "The customer's server has not taken the result; it waits among the dead letters to be sent again.",
  data: z.object({ attempts: whole, why: text }),
});

/** Every type of event about a call. How they may change is in docs/versions.md, and held by `test/contracts/released.test.ts`. */
export const EVENTS = [CallAccepted, ...REPORTS, CallCompleted, CallbackDelivered, CallbackParked] as const;

export const EventSchema = z.discriminatedUnion("type", EVENTS);
export type Event = z.infer<typeof EventSchema>;
export type EventType = Event["type"];

/** The event inside an envelope of the bus. */
export const DeliveredEventSchema = z.pipe(EnvelopeSchema, EventSchema);
