import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import type { Log, LogRecord } from "../ports/log.ts";
import { answerBatch, type Invocation, type Work } from "./batch-answer.ts";
import { parseMessage } from "./parse.ts";

/** When the message was sent, by the queue's clock. */
export interface Sent {
  readonly atMs: number;
}

/** Does what the message asks for, and returns its log records: one for each call. */
export type Handle<Message> = (message: Message, sent: Sent) => Promise<LogRecord | readonly LogRecord[]>;

export interface ConsumerOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  readonly handle: Handle<Message>;
  readonly log: Log;
}

export interface FoldingOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  /** The key by which messages are grouped: a group is handled as one. */
  readonly of: (message: Message) => string;
  readonly fold: (messages: readonly [Message, ...Message[]]) => Promise<LogRecord>;
  readonly log: Log;
}

type Consumer = (event: SQSEvent, invocation?: Invocation) => Promise<SQSBatchResponse>;

/** Connects SQS to a handler. The answer names each failed record, so only that one is redelivered. */
export function consumer<Message>({ schema, handle, log }: ConsumerOptions<Message>): Consumer {
  const workOf = (record: SQSRecord): Work => ({
    records: [record],
    async run() {
      const message = parseMessage(record.body, schema);
      const records = await handle(message, { atMs: Number(record.attributes.SentTimestamp) });
      for (const one of [records].flat()) log.info(one);
    },
  });
  return async ({ Records }, invocation) => await answerBatch(Records.map(workOf), { log, invocation });
}

/** The same for messages that are handled in groups: a group is read and written once. */
export function foldingConsumer<Message>({ schema, of, fold, log }: FoldingOptions<Message>): Consumer {
  return async ({ Records }, invocation) => {
    const groups = new Map<string, { records: SQSRecord[]; messages: [Message, ...Message[]] }>();
    const unreadable: Work[] = [];
    for (const record of Records) {
      try {
        const message = parseMessage(record.body, schema);
        const key = of(message);
        const group = groups.get(key);
        group?.records.push(record);
        group?.messages.push(message);
        if (group === undefined) groups.set(key, { records: [record], messages: [message] });
      } catch (error) {
        unreadable.push({ records: [record], run: () => Promise.reject(error) });
      }
    }
    const folded = [...groups.values()].map(
      ({ records, messages }): Work => ({ records, run: async () => log.info(await fold(messages)) }),
    );
    return await answerBatch([...unreadable, ...folded], { log, invocation });
  };
}
