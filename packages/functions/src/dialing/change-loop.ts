import type { Loop } from "@promptcall/core/dialing/loop";
import { ConflictError } from "../errors.ts";
import type { Loops } from "../ports/loops.ts";
import { withNextVersion } from "./ensure-step.ts";

interface LoopChange {
  readonly owner: string;
  /** Undefined where there is nothing to change. It is asked again where others were quicker to write. */
  readonly change: (seen: Loop) => Loop | undefined;
}

const MOST_CONFLICTS = 20;

/** Changes a loop over the version that was read. For a change that wants a step, there is `ensureStep`. */
export async function changeLoop({ owner, change }: LoopChange, { loops }: { loops: Loops }): Promise<void> {
  for (let race = 0; race < MOST_CONFLICTS; race += 1) {
    const seen = await loops.read(owner);
    const changed = change(seen);
    if (changed === undefined || (await loops.write(owner, { seen, next: withNextVersion(changed) }))) return;
  }
  throw new ConflictError(`loop of ${owner}`);
}
