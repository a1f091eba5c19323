import { receiverOf } from "@promptcall/core/callbacks/bulkhead";
import { ADDRESS_NOT_ALLOWED, isDelivery, outcomeOfAttempt } from "@promptcall/core/callbacks/callback";
import type { ReceiverFailing, ReceiverRecovered } from "@promptcall/core/contracts/application-events";
import { eventIds } from "@promptcall/core/contracts/ids";
import type { DeliveryAttempt } from "@promptcall/core/contracts/records/callback";
import type { Bus } from "../ports/bus.ts";
import type { Log } from "../ports/log.ts";
import type { ReceiverStreaks, Streak } from "../ports/receiver-streaks.ts";

export interface NoteReceiverPorts {
  readonly streaks: ReceiverStreaks;
  readonly bus: Bus;
  readonly log: Log;
  readonly settings: { readonly failingAfter: number };
}

interface Noted {
  readonly applicationId: string;
  readonly url: string;
  readonly made: DeliveryAttempt;
}

/**
 * Counts failed deliveries in a row to the receiver, and tells when it begins to fail, and when it takes results again.
 * A result does not wait for it: what goes wrong here is only logged.
 */
export async function noteReceiver(noted: Noted, ports: NoteReceiverPorts): Promise<void> {
  const { made, ...receiver } = noted;
  // Not the receiver's fault: nobody has asked it.
  if (made.answer === ADDRESS_NOT_ALLOWED) return;
  const { streaks, settings, log } = ports;
  const { id } = receiverOf(receiver);
  try {
    const of = isDelivery(made) ? "recovered" : "failing";
    const streak =
      of === "recovered"
        ? await streaks.succeeded(id)
        : await streaks.failed(id, { at: made.at, publishFrom: settings.failingAfter });
    if (streak !== undefined) await tell({ noted, streak, of, id }, ports);
  } catch (error) {
    log.failure("receiver.not_published", error);
  }
}

async function tell(
  given: { noted: Noted; streak: Streak; of: "failing" | "recovered"; id: string },
  { streaks, bus, log }: NoteReceiverPorts,
): Promise<void> {
  const { noted, streak, of, id } = given;
  try {
    await bus.publish([of === "failing" ? failing(given) : recovered(given)]);
  } catch (error) {
    await streaks.publishFailed(id, { streak, of });
    throw error;
  }
  log.info({ event: `receiver.${of}`, application_id: noted.applicationId, failures: streak.failures });
}

interface Told {
  readonly noted: Noted;
  readonly streak: Streak;
  readonly id: string;
}

function failing({ noted, streak, id }: Told): ReceiverFailing {
  const { applicationId, made } = noted;
  const { failures, since } = streak;
  return {
    type: "receiver.failing",
    metadata: {
      id: eventIds.receiver({ of: "failing", id, since }),
      version: 1,
      application_id: applicationId,
      time: made.at,
    },
    data: { receiver: receiverOf(noted).host, failures, since, outcome: outcomeOfAttempt(made) },
  };
}

function recovered({ noted, streak, id }: Told): ReceiverRecovered {
  const { applicationId, made } = noted;
  const { failures, since } = streak;
  return {
    type: "receiver.recovered",
    metadata: {
      id: eventIds.receiver({ of: "recovered", id, since }),
      version: 1,
      application_id: applicationId,
      time: made.at,
    },
    data: { receiver: receiverOf(noted).host, failures, since },
  };
}
