import { createHash } from "node:crypto";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
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
  /** Records of one batch one after the other, where several may belong to one call. */
  readonly inOrder?: boolean;
}

/** A message that is not to be handled before a time, and how often it was sent on for coming early. */
type Waiting<Message> = Message & { readonly not_before: string; readonly hops?: number | undefined };

/**
 * The edge between SQS and a handler. A record that fails is named in the answer, and only that one comes again; a
 * record whose time has not come is sent on with the delay that is left, which burns none of its receives.
 */
export function consumer<Message extends object>(options: ConsumerOptions<Message>) {
  const { schema, handle, log, clock, again, inOrder = false } = options;
  const processor = new BatchProcessor(EventType.SQS);

  async function handleRecord({ body, messageId, attributes }: SQSRecord): Promise<void> {
    try {
      const message = parse(body, schema);
      if (again !== undefined && isEarly(message, clock)) {
        log.info({ event: "message.early", ...(await sendOn(message, again)) });
        return;
      }
      const late_ms = again && latenessMs({ message, sentAtMs: Number(attributes.SentTimestamp), clock });
      for (const told of [await handle(message)].flat()) log.info({ ...told, late_ms });
    } catch (error) {
      const tid = tidOf(body);
      log.failure("message.failed", error, { message_id: messageId, ...(tid !== undefined && { tid }) });
      throw error;
    }
  }

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    await processPartialResponse(event, handleRecord, processor, {
      context,
      processInParallel: !inOrder,
      throwOnFullBatchFailure: false,
    });
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
