import { signal } from "@preact/signals";
import { say } from "../ui/say.ts";
import { number } from "../ui/words.ts";
import { kindOf } from "./kinds.ts";
import type { Call } from "./types.ts";

/** Off by default: a screen reader that tells of each call says nothing else. */
export const isAnnouncing = signal(false);

const EVERY_MS = 5_000;

type Kind = "new" | "done" | "failed" | "parked";
const counts: Record<Kind, number> = { new: 0, done: 0, failed: 0, parked: 0 };
let isWaiting = false;

/** Told of each call that comes, or changes. */
export function notice(before: Call | undefined, after: Call): void {
  const kind = changeOf(before, after);
  if (kind === undefined) return;
  counts[kind] += 1;
  if (!isWaiting) setTimeout(sumUp, EVERY_MS);
  isWaiting = true;
}

function changeOf(before: Call | undefined, after: Call): Kind | undefined {
  if (after.callback.state === "parked" && before?.callback.state !== "parked") return "parked";
  const kind = kindOf(after);
  if (kind !== "done" && kind !== "failed") return before === undefined ? "new" : undefined;
  return before !== undefined && kindOf(before) !== kind ? kind : undefined;
}

/** One sentence for all of them, where somebody is at the list or has asked for it. */
function sumUp(): void {
  isWaiting = false;
  const words = Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${number(count)} ${kind}`] : []));
  for (const kind of Object.keys(counts) as Kind[]) counts[kind] = 0;
  if (isAnnouncing.peek() || document.activeElement?.closest("#calls")) say(`In the last 5 s: ${words.join(", ")}`);
}
