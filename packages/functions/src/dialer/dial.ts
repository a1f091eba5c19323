import { JITTER_MS } from "@promptcall/core/dialing/loop";
import type { DialMessage, DialQueueMessage } from "@promptcall/core/messages";
import { ensureStep } from "../dialing/ensure-step.ts";
import { UnknownCallError } from "../errors.ts";
import type { Told } from "../ports/log.ts";
import { adoptBatch, adoptCall } from "./adopt.ts";
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

/** At once, or not outside of a step: what the queue hands over late waits in the loop. */
async function dialNow(
  { tid, owner, at, sealed_credential }: DialMessage & { owner: string; at: string },
  ports: DialerPorts,
): Promise<readonly Told[]> {
  const found = await ports.calls.find([tid]);
  if (!found.has(tid)) throw new UnknownCallError(tid);
  const together = { singles: [{ tid, sealed_credential }], batches: [] };
  const told = await dialTogether({ owner, atMs: Date.parse(at), lateMs: JITTER_MS, together, found }, ports);
  if (!told.some(({ event }) => event === "dial.late")) return told;
  const notBeforeMs = ports.clock.now().getTime();
  await ports.waiting.add(owner, { tid, notBeforeMs, sealedCredential: sealed_credential });
  await ensureStep({ owner, atMs: notBeforeMs, arrives: true }, ports);
  return [{ event: "dial.waits", tid }];
}
