import type { Faults } from "../../src/world/faults.ts";
import { NO_LINEAGE } from "../../src/world/lineage.ts";
import { Outages } from "../../src/world/outages.ts";
import { Process } from "../../src/world/process.ts";
import type { Scheduler } from "../../src/world/scheduler.ts";

/** A function that is invoked while everything answers. */
export function aProcess({ scheduler, faults }: { scheduler: Scheduler; faults: Faults }): Process {
  const outages = new Outages({ random: scheduler.random, probability: 0, startMs: scheduler.nowMs, durationMs: 0 });
  return new Process({
    scheduler,
    faults,
    outages,
    timeoutSeconds: 30,
    deaths: { left: 0 },
    lineage: NO_LINEAGE,
    onDeath: () => {},
  });
}
