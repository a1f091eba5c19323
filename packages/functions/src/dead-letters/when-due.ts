import { NotYetError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log.ts";
import { isEarly, type PostponeTarget, postpone, type Timed } from "../sqs/when-due.ts";

type Handle<Letter> = (message: Letter) => Promise<LogRecord | readonly LogRecord[]>;

/**
 * Handles a dead-lettered message only when it is due. A readable early message goes back to its own queue, with all
 * its receives; an unreadable one stays, because it would return at once.
 */
export function whenDue<Letter extends { readonly type: string }>(
  handle: Handle<Letter>,
  { queue, checkpoints, clock }: PostponeTarget<Timed<Readable<Letter>>> & { readonly clock: Clock },
): Handle<Letter> {
  return async (message) => {
    if (!isEarly(message, clock)) return await handle(message);
    if (!isReadable(message)) throw new NotYetError(message.not_before);
    return await postpone(message, { queue, checkpoints });
  };
}

type Readable<Letter> = Exclude<Letter, { readonly type: `unreadable${string}` }>;

function isReadable<Letter extends { readonly type: string }>(
  message: Timed<Letter>,
): message is Timed<Readable<Letter> & Letter> {
  return !message.type.startsWith("unreadable");
}
