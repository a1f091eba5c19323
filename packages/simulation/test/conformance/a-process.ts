import type { Faults } from "../../src/faults.ts";
import { NO_LINEAGE } from "../../src/lineage.ts";
import { Outages } from "../../src/outages.ts";
import { Process } from "../../src/process.ts";
import type { World } from "../../src/world.ts";

/** A function that is invoked while everything answers. */
export function aProcess({ world, faults }: { world: World; faults: Faults }): Process {
  const outages = new Outages({ random: world.random, chance: 0, startMs: world.nowMs, durationMs: 0 });
  return new Process({
    world,
    faults,
    outages,
    timeoutSeconds: 30,
    deaths: { left: 0 },
    lineage: NO_LINEAGE,
    onDeath: () => {},
  });
}
