import type { DialMessage, DialQueueMessage } from "@promptcall/core/contracts/messages";
import { JITTER_MS } from "@promptcall/core/dialing/loop";
import { adoptBatch, adoptCall } from "../dialing/adopt.ts";
import { isLate } from "../dialing/dial-call.ts";
import { readyGroup } from "../dialing/dial-group.ts";
import type { DialerPorts } from "../dialing/dialer-ports.ts";
import { ensureStep } from "../dialing/ensure-step.ts";
import { takeSlotNow } from "../dialing/take-slot-now.ts";
import { UnknownCallError } from "../errors.ts";
import type { LogRecord } from "../ports/log.ts";
import { dialPart } from "./parts.ts";
import { tick } from "./tick.ts";

/** Handles the messages of the dial queue: a step of a loop, a part of one, or a call with a slot of its own. */
export function dialer(ports: DialerPorts) {
  return async (message: DialQueueMessage): Promise<readonly LogRecord[]> => {
    switch (message.type) {
      case "tick":
        // It is delayed without naming its time: how late a step is it says itself, and a watchdog is not.
        return (await tick(message, ports)).map((record) => ({ late_ms: undefined, ...record }));
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

/** How many slots a call may come too late for. A slot is a write of the loop; to wait in it is several, and messages. */
const MOST_SLOTS = 3;

/**
 * Dials a call at its reserved slot. When the message or its function was slow, another slot is reserved; without one
 * the call waits in the loop.
 */
async function dialNow(
  { tid, owner, at, sealed_credential }: DialMessage & { owner: string; at: string },
  ports: DialerPorts,
): Promise<readonly LogRecord[]> {
  const found = await ports.calls.find([tid], { mayBeBehind: true });
  const known = found.get(tid);
  if (known === undefined) throw new UnknownCallError(tid);
  // Another copy of the message has come before.
  if (known.stored.call.phase !== "queued") return [{ event: "dial.skipped", tid }];
  const group = { singles: [{ tid, sealed_credential }], batches: [] };
  let made: ReturnType<typeof readyGroup> | undefined;
  const ready = () => (made ??= readyGroup({ owner, group, found }, ports));
  const lateMs = JITTER_MS;
  for (let slotMs = Date.parse(at), slots = 1; ; slots += 1) {
    if (!isLate({ lastMs: slotMs + lateMs }, ports.clock)) {
      const records = await (await ready())({ atMs: slotMs, spreadMs: 0, lateMs });
      const [{ event } = { event: undefined }] = records;
      if (event === "dial.held") break;
      if (event !== "dial.late") return records;
    }
    if (slots === MOST_SLOTS) break;
    // What it takes to set the deadline does not make the call late once more.
    const meanwhile = async () => void (await ready());
    const againMs = await takeSlotNow({ owner, unusedSlotMs: slotMs, meanwhile }, ports);
    if (againMs === undefined) break;
    slotMs = againMs;
  }
  const notBeforeMs = ports.clock.now().getTime();
  const { priority } = known.spec;
  const item = { tid, notBeforeMs, sealedCredential: sealed_credential, ...(priority && { priority }) };
  await ports.waiting.add(owner, item);
  await ensureStep({ owner, atMs: notBeforeMs, arrives: item }, ports);
  return [{ event: "dial.waits", tid }];
}
