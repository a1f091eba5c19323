import type { CallbackAnswer } from "./ports/callback-sender.ts";

/** The errors of this package. Their messages hold only ids and field names, so they may be logged. */
export abstract class PromptcallError extends Error {
  abstract override readonly name: string;
}

/** Thrown when another writer saved the call first. */
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

/** Thrown when a message is not due yet and cannot be sent on to wait. */
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

/** Thrown when a batch's counts are not complete yet, because the list is a moment behind. */
export class UncountedBatchError extends PromptcallError {
  override readonly name = "UncountedBatchError";
  constructor(id: string) {
    super(`not every call of batch ${id} is counted yet`);
  }
}

/** Thrown when a message is malformed. Names the fields, never their values. */
export class MalformedMessageError extends PromptcallError {
  override readonly name = "MalformedMessageError";
}

/** Thrown when a record is malformed. Names the record and the fields, never their values. */
export class MalformedRecordError extends PromptcallError {
  override readonly name = "MalformedRecordError";
}

/** Thrown when a service did only part of what it was asked, or nothing. */
export class PartialFailureError extends PromptcallError {
  override readonly name = "PartialFailureError";
}

/** Thrown when a service did not answer in time. It may have done what it was asked. */
export class ServiceTimeoutError extends PromptcallError {
  /** The SDK retries errors of this name. */
  override readonly name = "TimeoutError";
  constructor() {
    super("the service did not answer in time");
  }
}

/** Thrown at cold start when a link of the function is missing or malformed. */
export class ConfigurationError extends PromptcallError {
  override readonly name = "ConfigurationError";
}

/** Thrown when a sealed credential cannot be opened: wrong key, wrong call, or altered. */
export class SealError extends PromptcallError {
  override readonly name = "SealError";
}

/** Thrown when a call needs a key that is not listed: removed too early, or not known yet. */
export class UnlistedKeyError extends PromptcallError {
  override readonly name = "UnlistedKeyError";
}

/** Thrown when a receiver's failure may be brief. */
export class ReceiverFailureError extends PromptcallError {
  override readonly name = "ReceiverFailureError";
  readonly answer: CallbackAnswer;
  constructor(answer: CallbackAnswer) {
    super("the receiver failed for the moment");
    this.answer = answer;
  }
}

/** Thrown when a receiver is at an address to which nothing is sent. It does not say which: strangers read it. */
export class AddressNotAllowedError extends PromptcallError {
  override readonly name = "AddressNotAllowedError";
  constructor() {
    super("the receiver's address is not allowed");
  }
}

/** Thrown when so many secrets of an API key are tried that the next one has to wait. */
export class TooManyTriesError extends PromptcallError {
  override readonly name = "TooManyTriesError";
  constructor() {
    super("too many secrets of an API key are tried");
  }
}
