import { createLogUpdate } from "log-update";

/** What a line on the way to a whole is drawn with. */
const WIDTH = 30;

/** A line at the foot of a terminal that says how far something has come. */
export interface ProgressLine {
  show(progress: { readonly done: number; readonly of: number; readonly words: string }): void;
  /** The line stays as it is, and what comes after it begins below. */
  leave(): void;
}

/**
 * Of `log-update`, and not of `@clack/prompts`, whose progress takes Ctrl-C for itself and ends the process: what becomes of the
 * calls would never be asked.
 */
export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  const update = createLogUpdate(stream);
  return {
    show({ done, of, words }) {
      const filled = of === 0 ? WIDTH : Math.floor((done / of) * WIDTH);
      update(`${"━".repeat(filled)}${"─".repeat(WIDTH - filled)} ${words}`);
    },
    leave: () => update.done(),
  };
}
