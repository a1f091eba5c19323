import { createHash } from "node:crypto";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import type { Log } from "./adapters/log.ts";
import { MalformedMessageError } from "./errors.ts";
import { tidOf } from "./named-call.ts";
import type { Clock, Hops, Queue, Told } from "./ports.ts";

export interface ConsumerOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  /** Does what the message asks for, and tells of it: of each call apart, where they are several. */
  readonly handle: (message: Message) => Promise<Told | readonly Told[]>;
  readonly log: Log;
  readonly clock: Clock;
  /** Where a message that names a time goes when it comes before it: back into its queue, for another hop. */
  readonly again?: { readonly queue: Queue<Waiting<Message>>; readonly hops: Hops };
}

export interface FoldingOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  /** What a message is about: those about the same are handled as one. */
  readonly of: (message: Message) => string;
  readonly fold: (messages: readonly [Message, ...Message[]]) => Promise<Told>;
  readonly log: Log;
}

type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** A message that is not to be handled before a time, and how often it was sent on for coming early. */
type Waiting<Message> = Message & { readonly not_before: string; readonly hops?: number | undefined };

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
    for (const told of [await handle(message)].flat()) log.info({ ...told, late_ms });
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
      log.failure("message.failed", error, { message_id, ...(tid !== undefined && { tid }) });
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

function isEarly<Message extends object>(message: Message, clock: Clock): message is Waiting<Message> {
  return (
    "not_before" in message &&
    typeof message.not_before === "string" &&
    Date.parse(message.not_before) > clock.now().getTime()
  );
}

/** Counted from the time it names, and where it names none from when it was sent. */
function latenessMs({ message, sentAtMs, clock }: { message: object; sentAtMs: number; clock: Clock }): number {
  const named = "not_before" in message ? message.not_before : undefined;
  const dueAtMs = typeof named === "string" ? Date.parse(named) : sentAtMs;
  // The queue's clock is not ours.
  return Math.max(0, clock.now().getTime() - dueAtMs);
}

/**
 * One hop further. Messages are delivered more than once, and each copy would be sent on and be copied again, hop by hop;
 * so a copy whose hop was already made ends here. The hop is remembered after it is made: a crash repeats it, never loses it.
 */
async function sendOn<Message extends object>(
  message: Waiting<Message>,
  { queue, hops }: { queue: Queue<Waiting<Message>>; hops: Hops },
): Promise<{ hops: number; copy: boolean }> {
  const { hops: made = 0, ...content } = message;
  const key = createHash("sha256").update(JSON.stringify(content)).digest("base64url");
  if ((await hops.made(key)) > made) return { hops: made, copy: true };
  await queue.send({ ...message, hops: made + 1 });
  await hops.make(key, made + 1);
  return { hops: made + 1, copy: false };
}
