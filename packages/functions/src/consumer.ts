import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import type { Log } from "./adapters/log.ts";
import { MalformedMessageError } from "./errors.ts";
import type { Clock, Queue, Told } from "./ports.ts";

export interface ConsumerOptions<Message> {
  readonly schema: z.ZodMiniType<Message>;
  readonly handle: (message: Message) => Promise<Told>;
  readonly log: Log;
  readonly clock: Clock;
  /** The queue itself, when its messages may name a time before which they are not to be handled. */
  readonly again?: Queue<Message & { readonly not_before: string }>;
  /** Records of one batch one after the other, where several may belong to one call. */
  readonly inOrder?: boolean;
}

/**
 * The edge between SQS and a handler. A record that fails is named in the answer, and only that one comes again; a
 * record whose time has not come is sent on with the delay that is left, which burns none of its receives.
 */
export function consumer<Message extends object>(options: ConsumerOptions<Message>) {
  const { schema, handle, log, clock, again, inOrder = false } = options;
  const processor = new BatchProcessor(EventType.SQS);

  async function handleRecord({ body, messageId }: SQSRecord): Promise<void> {
    try {
      const message = parse(body, schema);
      if (again !== undefined && isEarly(message, clock)) {
        await again.send(message);
        return;
      }
      log.info(await handle(message));
    } catch (error) {
      log.failure("message.failed", error, { message_id: messageId });
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

function isEarly<Message extends object>(
  message: Message,
  clock: Clock,
): message is Message & { readonly not_before: string } {
  return (
    "not_before" in message &&
    typeof message.not_before === "string" &&
    Date.parse(message.not_before) > clock.now().getTime()
  );
}
