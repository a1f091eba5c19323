import { ConflictError } from "../errors.ts";
import type { Loops } from "../ports/loops.ts";
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
