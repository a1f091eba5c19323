import { JITTER_MS } from "@promptcall/core/dialing/loop";
import type { DialMessage, DialQueueMessage } from "@promptcall/core/messages";
import { ensureStep } from "../dialing/ensure-step.ts";
import { roomNow } from "../dialing/room-now.ts";
import { UnknownCallError } from "../errors.ts";
import type { Told } from "../ports/log.ts";
import { adoptBatch, adoptCall } from "./adopt.ts";
import { isLate } from "./dial-call.ts";
import { dialTogether } from "./dial-together.ts";
import type { DialerPorts } from "./dialer-ports.ts";
import { dialPart } from "./parts.ts";
import { tick } from "./tick.ts";

/** Takes the next step of a loop, or dials what was left room for. */
export function dialer(ports: DialerPorts) {
  return async (message: DialQueueMessage): Promise<readonly Told[]> => {
    switch (message.type) {
      case "tick":
        return await tick(message, ports);
      case "part":
        return await dialPart(message, ports);
      case "dial":
        return message.owner === undefined || message.at === undefined
          ? await adoptCall(message, ports)
          : await dialNow({ ...message, owner: message.owner, at: message.at }, ports);
      case "dial_batch":
        return await adoptBatch(message, ports);
      default:
        return message satisfies never;
    }
  };
}

/**
 * At once: how long the message and its function take to come is a matter of luck, and whoever comes late asks for room
 * once more. Where there is none, the call waits in the loop.
 */
async function dialNow(
  { tid, owner, at, sealed_credential }: DialMessage & { owner: string; at: string },
  ports: DialerPorts,
): Promise<readonly Told[]> {
  const found = await ports.calls.find([tid]);
  const known = found.get(tid);
  if (known === undefined) throw new UnknownCallError(tid);
  // Another copy of the message has come before.
  if (known.stored.call.phase !== "queued") return [{ event: "dial.skipped", tid }];
  const together = { singles: [{ tid, sealed_credential }], batches: [] };
  const lateMs = JITTER_MS;
  const dialedAt = async (atMs: number): Promise<readonly Told[] | undefined> => {
    if (isLate({ lastMs: atMs + lateMs }, ports.clock)) return undefined;
    const told = await dialTogether({ owner, atMs, lateMs, together, found }, ports);
    return told.some(({ event }) => event === "dial.late") ? undefined : told;
  };
  const told = await dialedAt(Date.parse(at));
  if (told !== undefined) return told;
  const againMs = await roomNow({ owner, inPlaceOfMs: Date.parse(at) }, ports);
  const toldAgain = againMs === undefined ? undefined : await dialedAt(againMs);
  if (toldAgain !== undefined) return toldAgain;
  const notBeforeMs = ports.clock.now().getTime();
  await ports.waiting.add(owner, { tid, notBeforeMs, sealedCredential: sealed_credential });
  await ensureStep({ owner, atMs: notBeforeMs, arrives: true }, ports);
  return [{ event: "dial.waits", tid }];
}
