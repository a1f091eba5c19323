import type { ComponentChild } from "preact";

/** A component in one state: made from fixed data, under a stopped clock. */
export interface Story {
  readonly name: string;
  /** Sets what the component reads. */
  readonly set?: () => void;
  readonly draw: () => ComponentChild;
}

export const story = (name: string, draw: Story["draw"], set?: Story["set"]): Story => ({
  name,
  draw,
  ...(set && { set }),
});
