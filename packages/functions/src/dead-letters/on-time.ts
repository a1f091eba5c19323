import { NotYetError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Told } from "../ports/log.ts";
import { isEarly, sendOn, type Waiting, type WaitingPlace } from "../sqs/not-yet.ts";

type Handle<Letter> = (letter: Letter) => Promise<Told | readonly Told[]>;

/**
 * Dead letters wait for their time, too. What can be read goes back to wait in its own queue, where all its tries are
 * before it again; what cannot stays where it is, since it would be back at once.
 */
export function onTime<Letter extends { readonly type: string }>(
  handle: Handle<Letter>,
  { queue, hops, clock }: WaitingPlace<Waiting<Readable<Letter>>> & { readonly clock: Clock },
): Handle<Letter> {
  return async (letter) => {
    if (!isEarly(letter, clock)) return await handle(letter);
    if (!isReadable(letter)) throw new NotYetError(letter.not_before);
    return await sendOn(letter, { queue, hops });
  };
}

type Readable<Letter> = Exclude<Letter, { readonly type: `unreadable${string}` }>;

function isReadable<Letter extends { readonly type: string }>(
  letter: Waiting<Letter>,
): letter is Waiting<Readable<Letter> & Letter> {
  return !letter.type.startsWith("unreadable");
}
