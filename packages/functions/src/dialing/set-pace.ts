import type { Loops } from "../ports/loops.ts";
import { changeLoop } from "./change-loop.ts";

/** Sets the agreed pace of an owner. */
export async function setPace(
  { owner, callsPerSecond }: { owner: string; callsPerSecond: number },
  ports: { loops: Loops },
): Promise<void> {
  await changeLoop(
    {
      owner,
      change({ paceChangedAtMs: _changed, ...loop }) {
        return { ...loop, callsPerSecond, currentCallsPerSecond: callsPerSecond };
      },
    },
    ports,
  );
}
