import { maskNumber } from "@promptcall/core/phone";
import type { CallSpec } from "@promptcall/core/records/spec";
import type { Problem } from "../problem.ts";
import { type AcceptPorts, type Asked, planned, saidOf, specOf, windowOf } from "./accept.ts";
import { undertake } from "./idempotency.ts";
import { queueCall } from "./queue-calls.ts";
import type { Fields } from "./read-body.ts";
import { readCallRequest } from "./read-call-request.ts";

/** Takes one call in: once this has said that it is accepted, it ends in exactly one result. */
export async function acceptCall(
  { fields, credential, ...given }: Asked & { fields: Fields },
  ports: AcceptPorts,
): Promise<{ answer: { tid: string }; isReplayed: boolean } | { problem: Problem }> {
  const nowMs = ports.clock.now().getTime();
  const read = readCallRequest(fields, { credentialErrors: credential.errors, nowMs });
  if ("problem" in read) return read;
  const { applicationId } = credential;
  const undertaking = await undertake({ ...given, applicationId }, ports);
  if ("problem" in undertaking) return undertaking;
  const { id: tid, isDone } = undertaking;
  if (isDone) return { answer: { tid }, isReplayed: true };

  try {
    const window = windowOf(read.timing, undertaking.acceptedAt);
    const jwt = await credential.jwtFor({ ...window, said: [saidOf(read.request)] });
    const owner = await ports.owners.ownerOf(applicationId);
    const asked = { kind: "single", count: 1, isAtomic: true, owner, window, jwt } as const;
    const plan = await planned({ ...asked, placed: undertaking.placed }, ports);
    if ("problem" in plan) {
      await undertaking.letGo();
      return plan;
    }
    await undertaking.place(plan.placed);
    const spec = specOf({ tid, request: read.request, applicationId, window }, ports);
    await queueCall({ spec, owner, window, jwt }, ports);
    await undertaking.finish();
    if (ports.verboseEvents) await announce(spec, ports);
    ports.log.info({ event: "call.accepted", tid });
    return { answer: { tid }, isReplayed: false };
  } catch (error) {
    // Should this fail, too, whoever repeats the request waits for the lease.
    await undertaking.letGo().catch(() => {});
    throw error;
  }
}

/** The call is queued and will be made: whatever happens to the news of it, the customer must not send it again. */
async function announce({ tid, applicationId, acceptedAt, to }: CallSpec, { bus, chance, log }: AcceptPorts) {
  const metadata = { id: chance.id(), version: 1 as const, tid, application_id: applicationId, time: acceptedAt };
  try {
    await bus.publish([{ type: "call.accepted", metadata, data: { to: maskNumber(to) } }]);
  } catch (error) {
    log.failure("call.accepted.unpublished", error, { tid });
  }
}
