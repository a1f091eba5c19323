import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import type { Log, Told } from "../ports/log.ts";
import { answerBatch, type Invocation, type Work } from "./batch-answer.ts";
import { parseMessage } from "./parse.ts";

/** When the message was put into the queue, by the queue's clock. */
export interface Sent {
  readonly atMs: number;
}

/** Does what the message asks for, and tells of it: of each call apart, where they are several. */
export type Handle<Message> = (message: Message, sent: Sent) => Promise<Told | readonly Told[]>;

export interface ConsumerOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  readonly handle: Handle<Message>;
  readonly log: Log;
}

export interface FoldingOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  /** What a message is about: those about the same are handled as one. */
  readonly of: (message: Message) => string;
  readonly fold: (messages: readonly [Message, ...Message[]]) => Promise<Told>;
  readonly log: Log;
}

type Consumer = (event: SQSEvent, invocation?: Invocation) => Promise<SQSBatchResponse>;

/** The edge between SQS and a handler: a record that fails is named in the answer, and only that one comes again. */
export function consumer<Message>({ schema, handle, log }: ConsumerOptions<Message>): Consumer {
  const workOf = (record: SQSRecord): Work => ({
    records: [record],
    async run() {
      const message = parseMessage(record.body, schema);
      const told = await handle(message, { atMs: Number(record.attributes.SentTimestamp) });
      for (const one of [told].flat()) log.info(one);
    },
  });
  return async ({ Records }, invocation) => await answerBatch(Records.map(workOf), { log, invocation });
}

/** The same for messages that are better handled together: what is about one thing is read and written once. */
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
