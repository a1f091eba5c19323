import { createHash } from "node:crypto";
import { resumeOnce } from "../messages/resume-once.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Handle, Sent } from "./consumer.ts";

/** A message with its earliest time, and how often it was sent again for coming early. */
export type Timed<Message> = Message & { readonly not_before: string; readonly hops?: number | undefined };

/** Where an early message is sent to wait. */
export interface PostponeTarget<Message> {
  readonly queue: Queue<Message>;
  readonly checkpoints: Checkpoints;
}

/**
 * Handles a message when it is due, and logs how late that is. An early message goes back to its queue for another hop,
 * which costs none of its receives.
 */
export function whenDue<Message extends object>(
  handle: Handle<Message>,
  { queue, checkpoints, clock }: PostponeTarget<Timed<Message>> & { readonly clock: Clock },
): Handle<Message> {
  return async (message, sent) => {
    if (isEarly(message, clock)) return await postpone(message, { queue, checkpoints });
    const late_ms = latenessMs({ message, sent, clock });
    return [await handle(message, sent)].flat().map((record) => ({ late_ms, ...record }));
  };
}

export function isEarly<Message extends object>(message: Message, clock: Clock): message is Timed<Message> {
  return (
    "not_before" in message &&
    typeof message.not_before === "string" &&
    Date.parse(message.not_before) > clock.now().getTime()
  );
}

/** Sends an early message on for another hop. A copy whose hop was already made ends here. */
export async function postpone<Message extends object>(
  message: Timed<Message>,
  { queue, checkpoints }: PostponeTarget<Timed<Message>>,
): Promise<LogRecord> {
  const { hops: made = 0, ...content } = message;
  const key = createHash("sha256").update(JSON.stringify(content)).digest("base64url");
  const send = () => queue.send({ ...message, hops: made + 1 });
  const isSent = await resumeOnce({ key, upTo: made + 1 }, { checkpoints, send });
  return { event: "message.early", hops: isSent ? made + 1 : made, copy: !isSent };
}

/** Counted from `not_before`, or else from when the message was sent. */
function latenessMs({ message, sent, clock }: { message: object; sent: Sent; clock: Clock }): number {
  const named = "not_before" in message ? message.not_before : undefined;
  const dueAtMs = typeof named === "string" ? Date.parse(named) : sent.atMs;
  // SQS has another clock, so the difference may be negative.
  return Math.max(0, clock.now().getTime() - dueAtMs);
}
