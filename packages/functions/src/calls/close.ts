import { type Command, decide, isRefusal } from "@promptcall/core/call/decide";
import { namedDialOf } from "@promptcall/core/call/redial";
import { commandIds } from "@promptcall/core/contracts/ids";
import type { Region } from "@promptcall/core/contracts/regions";
import { NotYetError } from "../errors.ts";
import type { Stored } from "../ports/call-store.ts";
import type { CallbackStore } from "../ports/callback-store.ts";
import type { CarrierCall } from "../ports/carrier.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Owners } from "../ports/owners.ts";
import {
  advance,
  type ProgressPorts,
  progressFields,
  type RepublishPorts,
  republishIfUndelivered,
} from "./progress.ts";

export interface ClosePorts extends ProgressPorts, Omit<RepublishPorts, "calls"> {
  /** After this, any dialed call is over. */
  readonly longestCallSeconds: number;
  readonly deliveries: Pick<CallbackStore, "read" | "deliveryAttempted">;
  readonly owners: Owners;
  /** Asks the carrier what became of a call; undefined when it gives no answer. */
  readonly lookUp: (call: {
    uuid: string;
    region: Region | undefined;
    owner: string;
    sealedCredential: string;
    bound: string;
  }) => Promise<CarrierCall | "no_room" | undefined>;
}

/** A call that should have ended by now, with its claim and credential. */
interface Overdue {
  readonly tid: string;
  readonly stored: Stored;
  readonly token: string | undefined;
  readonly sealedCredential: string;
  /** What the credential is bound to. */
  readonly bound: string;
  /** In whose loop it was; looked up where it is not said. */
  readonly owner: string | undefined;
  /** Whether it has waited long enough for a slot within the carrier's rate limit. */
  readonly isWaitedFor: boolean;
}

/** Asks the carrier what became of the call, then closes it; `no_room` while the carrier cannot be asked. */
export async function close(overdue: Overdue, ports: ClosePorts): Promise<LogRecord | "no_room"> {
  const { tid, stored, token, isWaitedFor, owner, ...sealed } = overdue;
  if (stored.call.phase === "completed") {
    const republished = await republishIfUndelivered(stored.call, ports);
    return { event: "timer.deadline", tid, phase: stored.call.phase, republished };
  }
  const at = ports.clock.now().toISOString();
  const closing: Command =
    token === undefined
      ? { type: "close_lost", id: commandIds.lostDeadline(), at, deadlineSeconds: ports.longestCallSeconds }
      : { type: "close_overdue", id: commandIds.deadline(token), at, token };
  const decision = decide(closing, stored.call);
  if (isRefusal(decision) && decision.refused === "not_yet") throw new NotYetError(decision.notBefore);
  if (isRefusal(decision)) return { event: "timer.deadline", tid, refused: decision.refused };

  const { uuid } = "line" in stored.call && !isWaitedFor ? stored.call.line : {};
  const asksAs = async () => owner ?? (await ports.owners.ownerOf(stored.call.applicationId));
  const { region } = stored.call;
  const found = uuid === undefined ? undefined : await ports.lookUp({ uuid, region, owner: await asksAs(), ...sealed });
  if (found === "no_room") return found;
  const report: Command[] =
    found === undefined
      ? []
      : [{ type: "report", id: closing.id, at, report: { type: "leg", ...found }, ...namedDialOf(stored.call) }];
  const advanced = await advance({ tid, commands: [...report, closing], seen: stored }, ports);
  return { event: "timer.deadline", tid, ...progressFields(advanced), carrier: found?.status };
}
