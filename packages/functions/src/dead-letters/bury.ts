import type { Command } from "@promptcall/core/decide";
import { commandOf, DeliveredEventSchema } from "@promptcall/core/events";
import { DialMessageSchema, TimerMessageSchema } from "@promptcall/core/messages";
import * as z from "zod/mini";
import type { Told } from "../ports.ts";
import { advance, type ProgressPorts } from "../progress.ts";

/** What can be a dead letter: a message that failed five times, or anything at all that names a call. */
export const DeadLetterSchema = z.union([
  TimerMessageSchema,
  DialMessageSchema,
  DeliveredEventSchema,
  z.pipe(
    z.object({ tid: z.uuid() }),
    z.transform(({ tid }) => ({ type: "unreadable" as const, tid })),
  ),
]);
export type DeadLetter = z.infer<typeof DeadLetterSchema>;

/** Does without the carrier, the credential and the bus what the message would have led to, so that no call is left open. */
export function deadLetters(ports: ProgressPorts) {
  return async (letter: DeadLetter): Promise<Told> => {
    const tid = "tid" in letter ? letter.tid : letter.metadata.tid;
    const command = commandFor(letter, ports);
    if (command === undefined) return { event: "dead_letter.ignored", tid, type: letter.type };
    const { call, refusals } = await advance({ tid, commands: [command] }, ports);
    return { event: "dead_letter.buried", tid, type: letter.type, phase: call.phase, refused: refusals[0]?.refused };
  };
}

function commandFor(letter: DeadLetter, { clock, settleSeconds }: ProgressPorts): Command | undefined {
  const at = clock.now().toISOString();
  switch (letter.type) {
    case "dial":
    case "unreadable":
      return { type: "give_up", id: `dead_${letter.tid}`, at };
    case "settle":
      return { type: "settle", id: letter.id, at, settleSeconds };
    case "deadline":
      return { type: "close_overdue", id: `deadline_${letter.claim}`, at, token: letter.claim };
    default:
      return commandOf(letter);
  }
}
