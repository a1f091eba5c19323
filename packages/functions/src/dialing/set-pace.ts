import { ConflictError } from "../errors.ts";
import type { Loops } from "../ports/loops.ts";
import type { Owners } from "../ports/owners.ts";
import { raised } from "./ensure-step.ts";

const RACES = 20;

/** What the carrier has agreed to, in calls a second. */
export async function setPace(
  { owner, callsPerSecond }: { owner: string; callsPerSecond: number },
  { loops }: { loops: Loops },
): Promise<void> {
  for (let race = 0; race < RACES; race += 1) {
    const seen = await loops.read(owner);
    const { paceChangedAtMs: _changed, ...loop } = seen;
    const next = raised({ ...loop, callsPerSecond, currentCallsPerSecond: callsPerSecond });
    if (await loops.write(owner, { seen, next })) return;
  }
  throw new ConflictError(`loop of ${owner}`);
}

/** Whose pace an application shares. Calls do not move from loop to loop: false while some are in the one it has. */
export async function setAccount(
  { applicationId, account }: { applicationId: string; account: string },
  { loops, owners }: { loops: Pick<Loops, "read">; owners: Owners },
): Promise<boolean> {
  const { dueMs, batches } = await loops.read(await owners.ownerOf(applicationId));
  if (dueMs !== undefined || Object.keys(batches).length > 0) return false;
  await owners.setAccount({ applicationId, account });
  return true;
}
