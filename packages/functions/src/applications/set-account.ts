import { ownerOf } from "@promptcall/core/contracts/ids";
import type { Loops } from "../ports/loops.ts";
import { type ChangeApplicationPorts, changeApplication } from "./change-application.ts";

/**
 * Sets the account whose pace an application shares. False while calls wait in its current loop, because calls do not
 * move between loops.
 */
export async function setAccount(
  { applicationId, account }: { applicationId: string; account: string },
  ports: ChangeApplicationPorts & { readonly loops: Pick<Loops, "read"> },
): Promise<boolean> {
  const known = await ports.applications.read(applicationId);
  const { dueMs, batches } = await ports.loops.read(ownerOf({ applicationId, account: known.account }));
  if (dueMs !== undefined || Object.keys(batches).length > 0) return false;
  await changeApplication({ applicationId, by: "operator", change: (seen) => ({ ...seen, account }) }, ports);
  return true;
}
