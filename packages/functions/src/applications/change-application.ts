import type { ApplicationKeysChanged } from "@promptcall/core/contracts/application-events";
import { eventIds } from "@promptcall/core/contracts/ids";
import type { KeyKind } from "@promptcall/core/contracts/key-kinds";
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
    const kinds = changedKinds({ seen, next });
    const id = eventIds.keysChanged({ applicationId, revision: (seen.revision ?? 0) + 1 });
    if (kinds.length > 0) await tellOfKeys({ ...asked, kinds, id }, ports);
    return next;
  }
  throw new ConflictError(`application ${applicationId}`);
}

interface KeysChanged extends Pick<Change, "applicationId" | "by"> {
  readonly kinds: readonly KeyKind[];
  /** Of the event. */
  readonly id: string;
}

/** The keys are changed, whatever becomes of the event. */
export async function tellOfKeys(
  { applicationId, by, kinds, id }: KeysChanged,
  { bus, log, clock }: Omit<ChangeApplicationPorts, "applications">,
): Promise<void> {
  log.info({ event: "application.keys_changed", application_id: applicationId, kinds: kinds.join(" "), by });
  const metadata = { id, version: 1 as const, application_id: applicationId, time: clock.now().toISOString() };
  try {
    await bus.publish([{ type: "application.keys_changed", metadata, data: { kinds: [...kinds], by } }]);
  } catch (error) {
    log.failure("application.keys_changed.unpublished", error);
  }
}
