/**
 * Every id that is derived from other ids. Messages are delivered more than once, so repeated work must produce the
 * same id. None may contain a time or a random part, or change its form: work recorded under the old form would be done
 * again.
 */

/**
 * Ids of commands. A completed call keeps the id of the command that completed it, and `call.completed` is published
 * again whenever that command is repeated: so a crash between save and publication loses nothing. Different kinds of
 * commands may not share an id, or one would pass for a repeat of the other.
 */
export const commandIds = {
  /** The carrier has the call that was dialed under this claim. */
  dialed: (token: string) => `dialed_${token}`,
  /** The deadline of the call that was dialed under this claim. */
  deadline: (token: string) => `deadline_${token}`,
  /** The deadline of an unknown claim. */
  lostDeadline: () => "dead_deadline",
  /** The customer cancelled the call or its batch. */
  cancelled: (tid: string) => `cancelled_${tid}`,
  /** The call expired, or its batch is over. */
  over: (tid: string) => `over_${tid}`,
  /** Its dial message became a dead letter. */
  deadDial: (tid: string) => `dead_${tid}`,
};

/** Ids of events, by which subscribers drop repeats. */
export const eventIds = {
  /** The one result of a call, or the counts of a batch. */
  completed: (tidOrBatchId: string) => `completed_${tidOrBatchId}`,
  delivered: (tid: string) => `delivered_${tid}`,
  /** Nothing trips again until then. */
  tripped: ({ rule, of, until }: { rule: string; of: string; until: string }) => `tripped_${rule}_${of}_${until}`,
  /** A streak of failed deliveries is told of once, and its end once. */
  receiver: ({ of, id, since }: { of: "failing" | "recovered"; id: string; since: string }) => `${of}_${id}_${since}`,
  /** Each write of an application has its number. */
  keysChanged: ({ applicationId, revision }: { applicationId: string; revision: number }) =>
    `keys_changed_${applicationId}_${revision}`,
  /** A replayed result may be parked again, after a later attempt. */
  parked: ({ tid, attempt }: { tid: string; attempt: number }) => `parked_${attempt}_${tid}`,
};

/** The `webhook-id` of a delivery: the same on every attempt. */
export const webhookId = (contentId: string) => `msg_${contentId}`;

/** Keys of checkpoints: how far a piece of work has come, so that copies of its message do not all continue it. */
export const checkpointKeys = {
  tick: ({ owner, n, dueMs }: { owner: string; n: number; dueMs: number | undefined }) => `tick_${owner}_${n}_${dueMs}`,
  /** When the watchdog that was sent last comes; epoch ms. */
  watchdog: (owner: string) => `watchdog_${owner}`,
  /** `kind` differs for each request to hang up, so that a repeated request is carried out again. */
  sweep: ({ batchId, kind, end }: { batchId: string; kind: string; end: number | undefined }) =>
    `sweep_${batchId}_${kind}_${end ?? ""}`,
  /** Who ends a batch whose credential was refused. */
  ending: (batchId: string) => `ending_${batchId}`,
  countAsked: (batchId: string) => `counting_${batchId}`,
  count: (batchId: string) => `count_${batchId}`,
  /** A range of calls in a dead-lettered message; `work` names what is done with them. */
  dead: ({ work, batchId, from, to }: { work?: string; batchId: string; from: number; to: number }) =>
    ["dead", ...(work === undefined ? [] : [work]), batchId, from, to].join("_"),
};

/** The owner of an application's loop: the account it shares with others, or else itself. */
export function ownerOf({ applicationId, account }: { applicationId: string; account: string | undefined }): string {
  return account === undefined ? `app:${applicationId}` : `account:${account}`;
}
