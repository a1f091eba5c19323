import { type ApplicationGuard, guardFields } from "@promptcall/core/contracts/guard";
import { ownerOf } from "@promptcall/core/contracts/ids";
import { fingerprintOf, type PublicKey, withPublicKey } from "@promptcall/core/security/public-key";
import { changeApplication } from "@promptcall/functions/applications/change-application";
import { changeOldKey, type OldKeyChange } from "@promptcall/functions/applications/change-old-key";
import { setAccount } from "@promptcall/functions/applications/set-account";
import { setPace } from "@promptcall/functions/dialing/set-pace";
import { applicationStore } from "@promptcall/functions/dynamodb/applications";
import { loopStore } from "@promptcall/functions/dynamodb/loops";
import { oldKeyStore } from "@promptcall/functions/dynamodb/old-keys";
import type { Log } from "@promptcall/functions/ports/log";
import { clock } from "@promptcall/functions/runtime/system-clock";
import { linkedTable } from "@promptcall/functions/wiring/clients";
import { linkedBus } from "@promptcall/functions/wiring/linked-bus";
import { PromptcallError } from "promptcall";

interface Asked {
  readonly applicationId: string;
  readonly publicKey: PublicKey | undefined;
  readonly oldKey: OldKeyChange | undefined;
  readonly callsPerSecond?: number;
  readonly account?: string;
  readonly callbackHosts?: readonly string[];
  readonly guard?: ApplicationGuard;
}

/** What is done is told line by line; what is not told on the bus is said here. */
const SPOKEN: Log = {
  info: () => {},
  failure: (event, error) => console.error(`${event}: ${error instanceof Error ? error.message : error}`),
};

/** Sets what is asked for in the table of the stage, and tells what is known of the application. */
export async function setApplication(asked: Asked, tell: (line: string) => void): Promise<void> {
  const ports = {
    loops: loopStore(linkedTable()),
    applications: applicationStore(linkedTable()),
    oldKeys: oldKeyStore(linkedTable()),
    bus: linkedBus(),
    log: SPOKEN,
    clock,
  };
  const { applicationId, callsPerSecond, account, oldKey } = asked;
  if (account !== undefined && !(await setAccount({ applicationId, account }, ports)))
    throw new PromptcallError(`${applicationId} has calls that wait. Its account can be set when they are over.`);
  const known = await changeApplication(
    { applicationId, by: "operator", change: (seen) => changed(seen, asked) },
    ports,
  );
  if (oldKey !== undefined) {
    if (!(await changeOldKey({ applicationId, oldKey }, ports)))
      throw new PromptcallError(
        `The API key ${oldKey.apiKey} is registered for another application. Withdraw it there first.`,
      );
    tell(`API key ${oldKey.apiKey}: ${"secret" in oldKey ? "registered" : "withdrawn"}`);
  }
  const owner = ownerOf({ applicationId, account: known.account });
  if (callsPerSecond !== undefined) await setPace({ owner, callsPerSecond }, ports);
  const loop = await ports.loops.read(owner);
  const batches = Object.keys(loop.batches).length;
  const next = loop.dueMs === undefined ? "at rest" : `next step at ${new Date(loop.dueMs).toISOString()}`;
  tell(
    `${owner}: ${loop.currentCallsPerSecond} of ${loop.callsPerSecond} calls a second, ${batches} batch(es), ${next}`,
  );
  for (const key of known.publicKeys ?? [])
    tell(`public key: ${fingerprintOf(key)}${key.learned ? ", learned from the carrier" : ""}`);
  if (known.callbackHosts?.length) tell(`callback hosts: ${known.callbackHosts.join(", ")}`);
  if (known.guard !== undefined) tell(`guard: ${JSON.stringify(guardFields(known.guard))}`);
}

type Known = Awaited<ReturnType<typeof changeApplication>>;

/** The record itself where nothing is to change: then nothing is written. */
function changed(seen: Known, { publicKey, callbackHosts, guard }: Asked): Known {
  if (publicKey === undefined && callbackHosts === undefined && guard === undefined) return seen;
  return {
    ...seen,
    ...(publicKey && { publicKeys: [...withPublicKey(seen.publicKeys ?? [], publicKey)] }),
    ...(callbackHosts && { callbackHosts: [...callbackHosts] }),
    ...(guard && { guard }),
  };
}
