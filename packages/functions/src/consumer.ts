import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import { MalformedMessageError, NotYetError } from "./errors.ts";
import { tidOf } from "./named-call.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log, Told } from "./ports/log.ts";
import { isEarly, sendOn, type Waiting, type WaitingPlace } from "./waiting.ts";

export interface ConsumerOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  /** Does what the message asks for, and tells of it: of each call apart, where they are several. */
  readonly handle: (message: Message) => Promise<Told | readonly Told[]>;
  readonly log: Log;
  readonly clock: Clock;
  /** Where a message that names a time goes when it comes before it: back into its queue, for another hop. */
  readonly again?: WaitingPlace<Waiting<Message>>;
}

export interface FoldingOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  /** What a message is about: those about the same are handled as one. */
  readonly of: (message: Message) => string;
  readonly fold: (messages: readonly [Message, ...Message[]]) => Promise<Told>;
  readonly log: Log;
}

type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse>;

/**
 * The edge between SQS and a handler. A record that fails is named in the answer, and only that one comes again; a
 * record whose time has not come is sent on with the delay that is left, which burns none of its receives.
 */
export function consumer<Message extends object>(options: ConsumerOptions<Message>): Consumer {
  const { schema, handle, log, clock, again } = options;

  async function handleRecord({ body, attributes }: SQSRecord): Promise<void> {
    const message = parse(body, schema);
    if (again !== undefined && isEarly(message, clock)) {
      log.info({ event: "message.early", ...(await sendOn(message, again)) });
      return;
    }
    const late_ms = again && latenessMs({ message, sentAtMs: Number(attributes.SentTimestamp), clock });
    for (const told of [await handle(message)].flat()) log.info({ late_ms, ...told });
  }

  return async ({ Records }) => {
    const handled = Records.map((record) => idsOfFailed([record], { log, work: () => handleRecord(record) }));
    return answerOf(await Promise.all(handled));
  };
}

/** The same for messages that are better handled together: what is about one thing is read and written once. */
export function foldingConsumer<Message>({ schema, of, fold, log }: FoldingOptions<Message>): Consumer {
  return async ({ Records }) => {
    const groups = new Map<string, { records: SQSRecord[]; messages: [Message, ...Message[]] }>();
    const sort = async (record: SQSRecord) => {
      const message = parse(record.body, schema);
      const key = of(message);
      const group = groups.get(key);
      group?.records.push(record);
      group?.messages.push(message);
      if (group === undefined) groups.set(key, { records: [record], messages: [message] });
    };
    const sorted = Records.map((record) => idsOfFailed([record], { log, work: () => sort(record) }));
    const unreadable = await Promise.all(sorted);
    const folded = [...groups.values()].map(({ records, messages }) =>
      idsOfFailed(records, { log, work: async () => log.info(await fold(messages)) }),
    );
    return answerOf([...unreadable, ...(await Promise.all(folded))]);
  };
}

/** Tells of each record whose work has failed, and names it. */
async function idsOfFailed(
  records: readonly SQSRecord[],
  { log, work }: { log: Log; work: () => Promise<void> },
): Promise<readonly string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    for (const { body, messageId: message_id } of records) {
      const tid = tidOf(body);
      if (error instanceof NotYetError) log.info({ event: "message.early", message_id, tid });
      else log.failure("message.failed", error, { message_id, ...(tid !== undefined && { tid }) });
    }
    return records.map(({ messageId }) => messageId);
  }
}

function answerOf(failed: readonly (readonly string[])[]): SQSBatchResponse {
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

function parse<Message>(body: string, schema: z.ZodMiniType<Message>): Message {
  const parsed = schema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "(the whole)");
  throw new MalformedMessageError(`the message has another form than expected: ${[...new Set(fields)].join(", ")}`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedMessageError("the message is not JSON");
  }
}

/** Counted from the time it names, and where it names none from when it was sent. */
function latenessMs({ message, sentAtMs, clock }: { message: object; sentAtMs: number; clock: Clock }): number {
  const named = "not_before" in message ? message.not_before : undefined;
  const dueAtMs = typeof named === "string" ? Date.parse(named) : sentAtMs;
  // The queue's clock is not ours.
  return Math.max(0, clock.now().getTime() - dueAtMs);
}
