import { LocalError } from "../errors.ts";

export type BusErrorType =
  | "InvalidEventPatternException"
  | "ResourceNotFoundException"
  | "UnknownOperationException"
  | "ValidationException";

/** A refusal in the words of EventBridge's API. */
export class BusError extends LocalError {
  readonly type: BusErrorType;

  constructor(type: BusErrorType, message: string) {
    super(message);
    this.type = type;
  }
}
