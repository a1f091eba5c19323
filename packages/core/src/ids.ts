/**
 * Every id that is made of other ids. They are the same whenever, and by whomever, they are made: messages are delivered
 * more than once, and what is done again must be known as what was done before. None of them may have a clock or chance
 * in it, nor change its form: what was written with the old one would be done a second time.
 */

/**
 * Ids of commands, by what asks. A completed call keeps the id of what completed it, and `call.completed` is published
 * again whenever a command with that id comes again: a crash between the save and the publication loses nothing as long
 * as whoever repeats the work asks under the same id. No two kinds of askers may share one, or a repeat of the one would
 * pass for the other.
 */
export const commandIds = {
  /** The carrier has the call that was dialed under this claim. */
  dialed: (token: string) => `dialed_${token}`,
  /** The deadline of the call that was dialed under this claim. */
  deadline: (token: string) => `deadline_${token}`,
  /** The same where nobody knows whose deadline it is. */
  lostDeadline: () => "dead_deadline",
  /** The customer has cancelled the call, alone or with its batch. */
  cancelled: (tid: string) => `cancelled_${tid}`,
  /** It is too late for the call, or its batch is over. */
  over: (tid: string) => `over_${tid}`,
  /** Its message failed until it was a dead letter. */
  deadDial: (tid: string) => `dead_${tid}`,
};

/** Ids of events: subscribers, and customers by `webhook-id`, drop repeats by them. */
export const eventIds = {
  /** Of the one result of a call, or of the counts of a batch. */
  completed: (tidOrBatchId: string) => `completed_${tidOrBatchId}`,
  delivered: (tid: string) => `delivered_${tid}`,
  /** A result that was sent again by hand may be parked again, after a later attempt. */
  parked: ({ tid, attempt }: { tid: string; attempt: number }) => `parked_${attempt}_${tid}`,
};

/** The `webhook-id` of a delivery: the same on every attempt. */
export const webhookId = (contentId: string) => `msg_${contentId}`;

/** Under which it is remembered how far a piece of work has come, so that copies of its message do not each go on with it. */
export const progressKeys = {
  tick: ({ owner, n, dueMs }: { owner: string; n: number; dueMs: number | undefined }) => `tick_${owner}_${n}_${dueMs}`,
  /** A step asks for the sweep of a batch that is over. */
  sweepAsked: (batchId: string) => `over_${batchId}`,
  /** Who asks once more to have live calls hung up has it done once more: `kind` tells one asking from the next. */
  sweep: ({ batchId, kind, end }: { batchId: string; kind: string; end: number | undefined }) =>
    `sweep_${batchId}_${kind}_${end ?? ""}`,
  countAsked: (batchId: string) => `counting_${batchId}`,
  count: (batchId: string) => `count_${batchId}`,
  /** Calls of a batch among the dead letters; `work` tells one kind of work on them from another. */
  dead: ({ work, batchId, from, to }: { work?: string; batchId: string; from: number; to: number }) =>
    ["dead", ...(work === undefined ? [] : [work]), batchId, from, to].join("_"),
};

/** Whose loop an application's calls are in: its account's, which it shares with others, or else its own. */
export function ownerOf({ applicationId, account }: { applicationId: string; account: string | undefined }): string {
  return account === undefined ? `app:${applicationId}` : `account:${account}`;
}
