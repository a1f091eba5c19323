import type { LogLine } from "../../src/functions/function-worker.ts";

/** What functions print, to wait for: a line that has already come counts. */
export class Logs {
  readonly lines: LogLine[] = [];
  readonly #waiting = new Set<() => void>();

  readonly add = (line: LogLine): void => {
    this.lines.push(line);
    for (const look of this.#waiting) look();
  };

  async until(isIt: (line: LogLine) => boolean): Promise<LogLine> {
    const { promise, resolve } = Promise.withResolvers<LogLine>();
    const look = () => {
      const line = this.lines.find(isIt);
      if (line) resolve(line);
    };
    this.#waiting.add(look);
    look();
    return promise.finally(() => this.#waiting.delete(look));
  }
}
