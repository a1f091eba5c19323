import { createHash } from "node:crypto";
import type { Clock } from "./ports/clock.ts";
import type { Hops } from "./ports/hops.ts";
import type { Queue } from "./ports/queue.ts";

/** A message that is not to be handled before a time, and how often it was sent on for coming early. */
export type Waiting<Message> = Message & { readonly not_before: string; readonly hops?: number | undefined };

/** Where a message waits for its time. */
export interface WaitingPlace<Message> {
  readonly queue: Queue<Message>;
  readonly hops: Hops;
}

export function isEarly<Message extends object>(message: Message, clock: Clock): message is Waiting<Message> {
  return (
    "not_before" in message &&
    typeof message.not_before === "string" &&
    Date.parse(message.not_before) > clock.now().getTime()
  );
}

/**
 * One hop further. Messages are delivered more than once, and each copy would be sent on and be copied again, hop by hop;
 * so a copy whose hop was already made ends here. The hop is remembered after it is made: a crash repeats it, never loses it.
 */
export async function sendOn<Message extends object>(
  message: Waiting<Message>,
  { queue, hops }: WaitingPlace<Waiting<Message>>,
): Promise<{ hops: number; copy: boolean }> {
  const { hops: made = 0, ...content } = message;
  const key = createHash("sha256").update(JSON.stringify(content)).digest("base64url");
  if ((await hops.made(key)) > made) return { hops: made, copy: true };
  await queue.send({ ...message, hops: made + 1 });
  await hops.make(key, made + 1);
  return { hops: made + 1, copy: false };
}
