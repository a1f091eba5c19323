import type { Random } from "../random.ts";
import { JOURNEYS, type Journey } from "./journeys.ts";

/** One call on its way through. Times in ms of virtual time. */
export interface CallOnItsWay {
  readonly application: number;
  readonly journey: Journey;
  readonly askedMs: number;
  acceptedMs?: number;
  /** There was no place early enough. */
  refused?: true;
  /** When it is its turn. */
  notBeforeMs?: number;
  /** Of the first call of a step of a batch: where the step ends, and where the batch does. */
  step?: { readonly until: number; readonly end: number };
  dialedMs?: number;
  /** When the carrier had told all, or the call had expired: what comes after that is our own delay. */
  overMs?: number;
  completedMs?: number;
  deliveredMs?: number;
  dials: number;
  /** By the deadline, with reports of it still waiting. */
  closedEarly?: true;
  expired?: true;
}

const journeys: readonly Journey[] = Object.values(JOURNEYS);

export function newCall({ application, askedMs, random }: { application: number; askedMs: number; random: Random }) {
  const call: CallOnItsWay = { application, journey: anyJourney(random), askedMs, dials: 0 };
  return call;
}

function anyJourney(random: Random): Journey {
  let left = random.next();
  for (const journey of journeys) {
    left -= journey.share;
    if (left < 0) return journey;
  }
  return journeys[0] as Journey;
}
