import type * as z from "zod/mini";
import { ApplicationKeysChanged, GuardTripped, ReceiverFailing, ReceiverRecovered } from "./application-events.ts";
import { BatchCompleted } from "./batch-event.ts";
import { EVENTS } from "./events.ts";

/** All that is put on the bus. */
export const PUBLISHED = [
  ...EVENTS,
  BatchCompleted,
  GuardTripped,
  ReceiverFailing,
  ReceiverRecovered,
  ApplicationKeysChanged,
] as const;
export type Published = z.infer<(typeof PUBLISHED)[number]>;
