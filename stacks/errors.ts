export interface FieldFault {
  readonly field: string;
  readonly says: string;
}

/** Thrown with every field that has a wrong value. */
export class StageConfigError extends Error {
  override readonly name = "StageConfigError";
  readonly faults: readonly FieldFault[];
  constructor({ stage, faults }: { stage: string; faults: readonly FieldFault[] }) {
    super(`Stage "${stage}": ${faults.map(({ field, says }) => `${field} ${says}`).join("; ")}.`);
    this.faults = faults;
  }
}
