import { styleText } from "node:util";
import type { Event } from "@promptcall/core/contracts/events";
import { createLogUpdate } from "log-update";
import { expectedState, type Row, stateAfter } from "./row.ts";

/** Told of what happens to the calls, and shows it. */
export interface Progress {
  hear(event: Event, row: Row | undefined): void;
  /** What is shown stays. */
  done(): void;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly now: () => number;
}

const secondsOf = (row: Row, now: () => number) => `${((now() - row.postedAtMs) / 1000).toFixed(1)} s`.padStart(7);

/** One line for each call: it changes in place on a terminal, and is written when the call is over elsewhere. */
export function progressOf(options: ProgressOptions): Progress {
  return options.stream.isTTY ? inPlace(options) : onceOver(options);
}

function inPlace({ stream, now }: ProgressOptions): Progress {
  const update = createLogUpdate(stream, { showCursor: true });
  const shown = new Map<string, { readonly ending: string; readonly line: string }>();
  return {
    hear(event, row) {
      const state = stateAfter(event);
      if (row === undefined || state === undefined) return;
      const { ending } = row.person;
      const isOver = event.type === "call.completed";
      if (shown.get(row.tid)?.line.startsWith("·") === false && !isOver) return;
      const mark = isOver ? markOf({ state, row, stream }) : "·";
      shown.set(row.tid, { ending, line: `${mark} ${callLine({ row, state })} ${secondsOf(row, now)}` });
      const lines = [...shown.values()].toSorted((one, other) => one.ending.localeCompare(other.ending));
      update(lines.map(({ line }) => line).join("\n"));
    },
    done: () => update.done(),
  };
}

function onceOver({ stream, now }: ProgressOptions): Progress {
  const told = new Set<string>();
  return {
    hear(event, row) {
      const state = stateAfter(event);
      if (row === undefined || state === undefined || event.type !== "call.completed" || told.has(row.tid)) return;
      // The bus may deliver it again.
      told.add(row.tid);
      const line = `${markOf({ state, row, stream })} ${callLine({ row, state })} ${secondsOf(row, now)}`;
      stream.write(`${line}\n`);
    },
    done() {},
  };
}

function markOf({ state, row, stream }: { state: string; row: Row; stream: NodeJS.WriteStream }): string {
  return state === expectedState(row.person) ? styleText("green", "✓", { stream }) : styleText("red", "✗", { stream });
}

const callLine = ({ row, state }: { row: Row; state: string }) =>
  `…${row.person.ending}  ${row.person.does.padEnd(40)}  ${state.padEnd(30)}`;

/** Every event as it comes. */
export function eventLines({ stream, now }: ProgressOptions): Progress {
  return {
    hear({ type, metadata, data }, row) {
      const who = row ? `…${row.person.ending}` : metadata.tid.slice(0, 8);
      const seconds = row ? secondsOf(row, now) : " ".repeat(7);
      const what = Object.entries(data).flatMap(([name, value]) =>
        ["status", "reason", "attempt", "matched"].includes(name) ? [`${name} ${value}`] : [],
      );
      const line = `${seconds}  ${who}  ${type.padEnd(16)} ${what.join(", ")}`;
      const isResult = type === "call.completed";
      stream.write(
        `${isResult ? styleText("bold", `${line}  (heard by another subscriber)`, { stream }) : line.trimEnd()}\n`,
      );
    },
    done() {},
  };
}
