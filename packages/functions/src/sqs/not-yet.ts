import { createHash } from "node:crypto";
import { passOnOnce } from "../pass-on-once.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hops } from "../ports/hops.ts";
import type { Told } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import type { Handle, Sent } from "./consumer.ts";

/** A message that is not to be handled before a time, and how often it was sent on for coming early. */
export type Waiting<Message> = Message & { readonly not_before: string; readonly hops?: number | undefined };

/** Where a message waits for its time. */
export interface WaitingPlace<Message> {
  readonly queue: Queue<Message>;
  readonly hops: Hops;
}

/**
 * Handles a message once its time has come, and tells how late that is. Before, the message goes back into its queue for
 * another hop, with the delay that is left, which burns none of its receives.
 */
export function onTime<Message extends object>(
  handle: Handle<Message>,
  { queue, hops, clock }: WaitingPlace<Waiting<Message>> & { readonly clock: Clock },
): Handle<Message> {
  return async (message, sent) => {
    if (isEarly(message, clock)) return await sendOn(message, { queue, hops });
    const late_ms = latenessMs({ message, sent, clock });
    return [await handle(message, sent)].flat().map((told) => ({ late_ms, ...told }));
  };
}

export function isEarly<Message extends object>(message: Message, clock: Clock): message is Waiting<Message> {
  return (
    "not_before" in message &&
    typeof message.not_before === "string" &&
    Date.parse(message.not_before) > clock.now().getTime()
  );
}

/** One hop further. A copy of the message whose hop was already made ends here. */
export async function sendOn<Message extends object>(
  message: Waiting<Message>,
  { queue, hops }: WaitingPlace<Waiting<Message>>,
): Promise<Told> {
  const { hops: made = 0, ...content } = message;
  const key = createHash("sha256").update(JSON.stringify(content)).digest("base64url");
  const send = () => queue.send({ ...message, hops: made + 1 });
  const isSent = await passOnOnce({ key, upTo: made + 1 }, { hops, send });
  return { event: "message.early", hops: isSent ? made + 1 : made, copy: !isSent };
}

/** Counted from the time it names, and where it names none from when it was sent. */
function latenessMs({ message, sent, clock }: { message: object; sent: Sent; clock: Clock }): number {
  const named = "not_before" in message ? message.not_before : undefined;
  const dueAtMs = typeof named === "string" ? Date.parse(named) : sent.atMs;
  // The queue's clock is not ours.
  return Math.max(0, clock.now().getTime() - dueAtMs);
}
