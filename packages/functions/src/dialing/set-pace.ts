import { ConflictError } from "../errors.ts";
import type { Loops } from "../ports/loops.ts";
import type { Owners } from "../ports/owners.ts";
import { withNextVersion } from "./ensure-step.ts";

const MOST_CONFLICTS = 20;

/** Sets the agreed pace of an owner. */
export async function setPace(
  { owner, callsPerSecond }: { owner: string; callsPerSecond: number },
  { loops }: { loops: Loops },
): Promise<void> {
  for (let race = 0; race < MOST_CONFLICTS; race += 1) {
    const seen = await loops.read(owner);
    const { paceChangedAtMs: _changed, ...loop } = seen;
    const next = withNextVersion({ ...loop, callsPerSecond, currentCallsPerSecond: callsPerSecond });
    if (await loops.write(owner, { seen, next })) return;
  }
  throw new ConflictError(`loop of ${owner}`);
}

/**
 * Sets the account whose pace an application shares. False while calls wait in its current loop, because calls do not
 * move between loops.
 */
export async function setAccount(
  { applicationId, account }: { applicationId: string; account: string },
  { loops, owners }: { loops: Pick<Loops, "read">; owners: Owners },
): Promise<boolean> {
  const { dueMs, batches } = await loops.read(await owners.ownerOf(applicationId));
  if (dueMs !== undefined || Object.keys(batches).length > 0) return false;
  await owners.setAccount({ applicationId, account });
  return true;
}
