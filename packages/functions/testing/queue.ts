import { hopSeconds } from "@promptcall/core/contracts/hop";
import type { Clock } from "../src/ports/clock.ts";
import type { Queue } from "../src/ports/queue.ts";
import { type Io, immediately } from "./io.ts";

/** Receives messages and their delays. */
export interface Mailbox {
  put(body: string, delaySeconds: number): void;
}

export interface FakeQueue<Message> extends Queue<Message> {
  /** Everything that was ever sent, in order. */
  readonly sent: readonly Message[];
}

interface FakeQueueOptions {
  readonly clock: Clock;
  /** Without one, messages are kept in `sent` only. */
  readonly mailbox?: Mailbox;
  readonly io?: Io;
}

const MAXIMUM_BYTES = 1024 * 1024;

/** Messages are copied as JSON, and limited to SQS's size. */
export function fakeQueue<Message extends { readonly v?: 1; readonly not_before?: string | undefined }>({
  clock,
  mailbox = { put: () => {} },
  io = immediately,
}: FakeQueueOptions): FakeQueue<Message> {
  const sent: Message[] = [];
  return {
    sent,
    async send(message, { delaySeconds: given } = {}) {
      const body = JSON.stringify(message);
      if (Buffer.byteLength(body) > MAXIMUM_BYTES) throw new RangeError(`SQS takes no message of ${body.length} bytes`);
      const { not_before: notBefore } = message;
      const delaySeconds =
        given ?? (notBefore === undefined ? 0 : hopSeconds({ now: clock.now(), notBefore: new Date(notBefore) }));
      await io(() => {
        mailbox.put(body, delaySeconds);
        sent.push(JSON.parse(body));
      });
    },
    async sendAll(messages) {
      for (const message of messages) await this.send(message);
    },
  };
}
