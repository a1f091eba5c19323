import { ownerOf } from "@promptcall/core/contracts/ids";
import type { Applications } from "../ports/applications.ts";
import type { Loops } from "../ports/loops.ts";
import { changeApplication } from "./change-application.ts";

/**
 * Sets the account whose pace an application shares. False while calls wait in its current loop, because calls do not
 * move between loops.
 */
export async function setAccount(
  { applicationId, account }: { applicationId: string; account: string },
  { loops, applications }: { loops: Pick<Loops, "read">; applications: Applications },
): Promise<boolean> {
  const known = await applications.read(applicationId);
  const { dueMs, batches } = await loops.read(ownerOf({ applicationId, account: known.account }));
  if (dueMs !== undefined || Object.keys(batches).length > 0) return false;
  await changeApplication({ applicationId, change: (seen) => ({ ...seen, account }) }, { applications });
  return true;
}
