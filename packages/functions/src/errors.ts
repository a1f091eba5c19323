import type { CallbackAnswer } from "./ports/callback-sender.ts";

/** The errors of this package. Their messages hold ids and names of fields only, so they may be logged as they are. */
export abstract class PromptcallError extends Error {
  abstract override readonly name: string;
}

/** Thrown when another writer saved the call first: read it again and decide anew. */
export class ConflictError extends PromptcallError {
  override readonly name = "ConflictError";
  constructor(tid: string) {
    super(`call ${tid} was changed by another writer`);
  }
}

/** Thrown when a message names a call that is not in the table: no retry will find it. */
export class UnknownCallError extends PromptcallError {
  override readonly name = "UnknownCallError";
  constructor(tid: string) {
    super(`there is no call ${tid}`);
  }
}

/** Thrown when the time of something has not come, and there is no other place for it to wait. */
export class NotYetError extends PromptcallError {
  override readonly name = "NotYetError";
  constructor(notBefore: string) {
    super(`not before ${notBefore}`);
  }
}

/** Thrown when a message or a request names a batch that is not in the table: no retry will find it. */
export class UnknownBatchError extends PromptcallError {
  override readonly name = "UnknownBatchError";
  constructor(id: string) {
    super(`there is no batch ${id}`);
  }
}

/** Thrown when the counts of a batch are wanted and not all of them can be read yet: the list of them is a moment behind. */
export class UncountedBatchError extends PromptcallError {
  override readonly name = "UncountedBatchError";
  constructor(id: string) {
    super(`not every call of batch ${id} is counted yet`);
  }
}

/** Thrown when a message does not have the form its queue expects. Names the fields, never their values. */
export class MalformedMessageError extends PromptcallError {
  override readonly name = "MalformedMessageError";
}

/** Thrown when what is on record does not have the form it is read in. Names the record and the fields, never their values. */
export class MalformedRecordError extends PromptcallError {
  override readonly name = "MalformedRecordError";
}

/** Thrown when a service answered but did not do, or not wholly do, what it was asked. */
export class PartialFailureError extends PromptcallError {
  override readonly name = "PartialFailureError";
}

/** Thrown when a service has not answered in time. It may have done what it was asked. */
export class ServiceTimeoutError extends PromptcallError {
  /** By this name the SDK knows that it may ask again. */
  override readonly name = "TimeoutError";
  constructor() {
    super("the service did not answer in time");
  }
}

/** Thrown at cold start when what a function was linked to is missing or has another form. */
export class ConfigurationError extends PromptcallError {
  override readonly name = "ConfigurationError";
}

/** Thrown when a sealed credential cannot be opened: another key, another call, or altered. */
export class SealError extends PromptcallError {
  override readonly name = "SealError";
}

/** Thrown when what a call was given was made with a key that is not listed: withdrawn too early, or not known yet. */
export class UnlistedKeyError extends PromptcallError {
  override readonly name = "UnlistedKeyError";
}

/** Thrown when a receiver failed in a way that may be over in a moment. */
export class ReceiverFailureError extends PromptcallError {
  override readonly name = "ReceiverFailureError";
  readonly answer: CallbackAnswer;
  constructor(answer: CallbackAnswer) {
    super("the receiver failed for the moment");
    this.answer = answer;
  }
}
