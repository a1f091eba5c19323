import type { Queue } from "../../src/ports.ts";

export interface MemoryQueue<Message> extends Queue<Message> {
  /** Everything that was ever sent, in order. */
  readonly sent: readonly Message[];
}

/** Messages travel as JSON, as they do on the real one. */
export function memoryQueue<Message>(): MemoryQueue<Message> {
  const sent: Message[] = [];
  return {
    sent,
    async send(message) {
      sent.push(JSON.parse(JSON.stringify(message)));
    },
  };
}
