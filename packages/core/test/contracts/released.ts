import { existsSync, readFileSync } from "node:fs";
import type * as z from "zod/mini";
import {
  ApplicationKeysChanged,
  GuardTripped,
  ReceiverFailing,
  ReceiverRecovered,
} from "../../src/contracts/application-events.ts";
import { BatchCompleted, DeliveredBatchEventSchema } from "../../src/contracts/batch-event.ts";
import {
  BatchCallbackMessageSchema,
  CallbackMessageSchema,
  ParkedBatchMessageSchema,
  ParkedMessageSchema,
} from "../../src/contracts/delivery-messages.ts";
import {
  CountBatchMessageSchema,
  PartMessageSchema,
  StepDeadlinesMessageSchema,
  SweepMessageSchema,
  TickMessageSchema,
} from "../../src/contracts/dialing-messages.ts";
import { EnvelopeSchema } from "../../src/contracts/event-envelope.ts";
import { EVENT_SOURCE } from "../../src/contracts/event-source.ts";
import { DeliveredEventSchema, EVENTS } from "../../src/contracts/events.ts";
import { type JsonSchema, jsonSchemaOf } from "../../src/contracts/json-schema.ts";
import {
  DeadlineMessageSchema,
  DeadlinesMessageSchema,
  DialBatchMessageSchema,
  DialMessageSchema,
  DialQueueMessageSchema,
  SettleMessageSchema,
  TimerMessageSchema,
} from "../../src/contracts/messages.ts";
import { ApplicationRecordSchema } from "../../src/contracts/records/application.ts";
import { BatchRecordSchema } from "../../src/contracts/records/batch.ts";
import { CallbackRecordSchema } from "../../src/contracts/records/callback.ts";
import { OldKeyRecordSchema } from "../../src/contracts/records/old-key.ts";
import { ProofRecordSchema } from "../../src/contracts/records/proof.ts";
import { SpecRecordSchema } from "../../src/contracts/records/spec.ts";
import { StateRecordSchema } from "../../src/contracts/records/state.ts";
import { WaitingRecordSchema } from "../../src/contracts/records/waiting.ts";
import { LoopSchema } from "../../src/dialing/loop.ts";

/** What was on record of one thing when a version of it was released. */
export interface Released {
  readonly schema: JsonSchema;
  /** As it may lie in a queue, on the bus or in the table, by what is special about it. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One thing that another version of this code may have written, or will read. */
interface Subject {
  readonly name: string;
  readonly now: JsonSchema;
  /** As it is read in production, whatever version it has. */
  readonly read: (written: unknown) => unknown;
}

/** An event as the bus hands it over. */
export const delivered = ({ type, ...detail }: Record<string, unknown>) => ({
  version: "0",
  id: "5f0c1f5e-6a3c-4d53-9c3b-5b0f4a3d8a11",
  "detail-type": type,
  source: EVENT_SOURCE,
  account: "123456789012",
  time: "2026-01-01T12:00:00Z",
  region: "us-east-1",
  resources: [],
  detail,
});

const subject = (name: string, schema: z.ZodMiniType, reader: z.ZodMiniType = schema): Subject => ({
  name,
  now: jsonSchemaOf(schema, { described: false }),
  read: (written) => reader.parse(written),
});

const eventSubject = (event: (typeof EVENTS)[number]): Subject => {
  const now = jsonSchemaOf(event, { described: false });
  const read = (written: unknown) => DeliveredEventSchema.parse(delivered(written as Record<string, unknown>));
  return { name: `event.${now.properties?.type?.const}`, now, read };
};

export const SUBJECTS: readonly Subject[] = [
  ...EVENTS.map(eventSubject),
  {
    name: "event.batch.completed",
    now: jsonSchemaOf(BatchCompleted, { described: false }),
    read: (written) => DeliveredBatchEventSchema.parse(delivered(written as Record<string, unknown>)),
  },
  {
    name: "event.guard.tripped",
    now: jsonSchemaOf(GuardTripped, { described: false }),
    read: (written) => GuardTripped.parse(EnvelopeSchema.parse(delivered(written as Record<string, unknown>))),
  },
  ...[ReceiverFailing, ReceiverRecovered, ApplicationKeysChanged].map((event) => ({
    name: `event.${event.shape.type.def.values[0]}`,
    now: jsonSchemaOf(event, { described: false }),
    read: (written: unknown) => event.parse(EnvelopeSchema.parse(delivered(written as Record<string, unknown>))),
  })),
  subject("message.dial", DialMessageSchema, DialQueueMessageSchema),
  subject("message.dial_batch", DialBatchMessageSchema, DialQueueMessageSchema),
  subject("message.settle", SettleMessageSchema, TimerMessageSchema),
  subject("message.deadline", DeadlineMessageSchema, TimerMessageSchema),
  subject("message.deadlines", DeadlinesMessageSchema, TimerMessageSchema),
  subject("message.tick", TickMessageSchema, DialQueueMessageSchema),
  subject("message.part", PartMessageSchema, DialQueueMessageSchema),
  subject("message.step_deadlines", StepDeadlinesMessageSchema, TimerMessageSchema),
  subject("message.sweep", SweepMessageSchema, TimerMessageSchema),
  subject("message.count_batch", CountBatchMessageSchema, TimerMessageSchema),
  subject("message.batch_callback", BatchCallbackMessageSchema),
  subject("message.parked_batch", ParkedBatchMessageSchema),
  subject("message.callback", CallbackMessageSchema),
  subject("message.parked", ParkedMessageSchema),
  subject("record.application", ApplicationRecordSchema),
  subject("record.proof", ProofRecordSchema),
  subject("record.old_key", OldKeyRecordSchema),
  subject("record.loop", LoopSchema),
  subject("record.waiting", WaitingRecordSchema),
  subject("record.batch", BatchRecordSchema),
  subject("record.spec", SpecRecordSchema),
  subject("record.state", StateRecordSchema),
  subject("record.callback", CallbackRecordSchema),
];

/** A record without a number is of version 1. */
export function versionOf({ properties: { metadata, v } = {} }: JsonSchema): number {
  return Number(metadata?.properties?.version?.const ?? v?.const ?? 1);
}

export const fileOf = ({ name, version }: { name: string; version: number }) =>
  new URL(`fixtures/released/v${version}/${name}.json`, import.meta.url);

export function releasedAs(which: { name: string; version: number }): Released | undefined {
  const file = fileOf(which);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** What is still to be read: as it was written by the version before, and by the current one. */
export function releasedExamples(name: string): { version: number; examples: Released["examples"] }[] {
  const current = versionOf(SUBJECTS.find((subject) => subject.name === name)?.now ?? {});
  return [current - 1, current].flatMap((version) => {
    const released = releasedAs({ name, version });
    return released ? [{ version, examples: released.examples }] : [];
  });
}

/** The names of all fields, however deep. */
export function fieldsOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf);
  if (!isRecord(schema)) return [];
  const own = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  return [...own, ...Object.values(schema).flatMap(fieldsOf)];
}

/**
 * What is left of a schema without the fields that it has gained. Whatever else has changed is still there to be seen:
 * a field that is gone, renamed or of another type, a value that is no longer or newly allowed, what must be there.
 */
export function withoutAdditions({ now, before }: { now: unknown; before: unknown }): unknown {
  if (Array.isArray(now)) {
    const earlier: unknown[] = Array.isArray(before) ? before : [];
    return now.map((item, index) => withoutAdditions({ now: item, before: earlier[index] }));
  }
  if (!isRecord(now) || !isRecord(before)) return now;
  const fields = isRecord(now.properties) &&
    isRecord(before.properties) && { now: now.properties, before: before.properties };
  const kept = fields
    ? { ...now, properties: Object.fromEntries(Object.entries(fields.now).filter(([name]) => name in fields.before)) }
    : now;
  return Object.fromEntries(
    Object.entries(kept).map(([key, value]) => [key, withoutAdditions({ now: value, before: before[key] })]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
