import type { ApplicationKeysChanged } from "@promptcall/core/contracts/events";
import { eventIds } from "@promptcall/core/contracts/ids";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { ConflictError } from "../errors.ts";
import type { Applications } from "../ports/applications.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { changedKinds } from "./changed-keys.ts";

const RACES = 20;

export interface ChangeApplicationPorts {
  readonly applications: Applications;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock: Clock;
}

interface Change {
  readonly applicationId: string;
  readonly by: ApplicationKeysChanged["data"]["by"];
  readonly change: (known: ApplicationRecord) => ApplicationRecord;
}

/**
 * Changes what is known of an application, whoever else does so at the same time. What is the same is not written. That
 * other keys are good from now on is logged, and told on the bus.
 */
export async function changeApplication(asked: Change, ports: ChangeApplicationPorts): Promise<ApplicationRecord> {
  const { applicationId, change } = asked;
  for (let race = 0; race < RACES; race += 1) {
    const seen = await ports.applications.read(applicationId);
    const next = change(seen);
    if (next === seen) return next;
    if (!(await ports.applications.write(applicationId, { seen, next }))) continue;
    await tellOfKeys({ ...asked, seen, next }, ports);
    return next;
  }
  throw new ConflictError(`application ${applicationId}`);
}

/** The keys are changed, whatever becomes of the event. */
async function tellOfKeys(
  changed: Omit<Change, "change"> & { seen: ApplicationRecord; next: ApplicationRecord },
  { bus, log, clock }: ChangeApplicationPorts,
): Promise<void> {
  const { applicationId, by, seen } = changed;
  const kinds = changedKinds(changed);
  if (kinds.length === 0) return;
  log.info({ event: "application.keys_changed", application_id: applicationId, kinds: kinds.join(" "), by });
  const id = eventIds.keysChanged({ applicationId, revision: (seen.revision ?? 0) + 1 });
  const metadata = { id, version: 1 as const, application_id: applicationId, time: clock.now().toISOString() };
  try {
    await bus.publish([{ type: "application.keys_changed", metadata, data: { kinds, by } }]);
  } catch (error) {
    log.failure("application.keys_changed.unpublished", error);
  }
}
