import { computed, signal } from "@preact/signals";
import { askJson } from "../data/api.ts";
import { row, total, visibleToCharts } from "../data/calls.ts";
import { nowMs } from "../data/clock.ts";
import { countSamples } from "../data/live.ts";

export const SPAN_SECONDS = 600;

/** A line: seconds since 1970, and a value for each; null where nothing was measured. */
export interface Line {
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

export interface Pace {
  readonly calls_per_second: number;
  readonly current_calls_per_second: number;
}

/** What the carrier has agreed to, and what it takes at the moment. */
export const pace = signal<Pace | undefined>(undefined);
const paces: { at: number; current: number }[] = [];

export async function readPace(): Promise<void> {
  const known = await askJson<Pace>({ path: "/application" }).catch(() => undefined);
  if (!known) return;
  pace.value = known;
  paces.push({ at: Date.now() / 1_000, current: known.current_calls_per_second });
  if (paces.length > SPAN_SECONDS) paces.shift();
}

function seconds(): readonly number[] {
  const last = Math.floor(nowMs.value / 1_000);
  return Array.from({ length: SPAN_SECONDS }, (_, index) => last - SPAN_SECONDS + 1 + index);
}

/** Calls dialed in each second, beside what the carrier took. */
export const dialed = computed((): Line => {
  const times = seconds();
  const first = times[0] ?? 0;
  const counts: number[] = new Array(SPAN_SECONDS).fill(0);
  if (total.value > 0)
    for (const tid of visibleToCharts()) {
      const at = row(tid)?.peek().dialed_at;
      const index = at === undefined ? -1 : Math.floor(Date.parse(at) / 1_000) - first;
      if (index >= 0 && index < SPAN_SECONDS) counts[index] = (counts[index] ?? 0) + 1;
    }
  const began = beganAt();
  // Five seconds at a time: single calls would be a comb.
  const smooth = times.map((time, index) => {
    if (began === undefined || time < began) return null;
    const window = counts.slice(Math.max(0, index - 4), index + 1);
    return window.reduce((sum, count) => sum + count, 0) / window.length;
  });
  return { times, values: [smooth, times.map((time) => paces.findLast(({ at }) => at <= time)?.current ?? null)] };
});

/** Nothing is known of the time before the page's first sample. */
function beganAt(): number | undefined {
  const [first] = countSamples.value;
  return first && Math.floor(Date.parse(first.at) / 1_000);
}

function lineOf(value: (sample: (typeof countSamples.value)[number]) => number): Line {
  const times = seconds();
  const samples = countSamples.value;
  let next = 0;
  let current: number | null = null;
  const values = times.map((time) => {
    while (next < samples.length && Date.parse(samples[next]?.at ?? "") / 1_000 < time + 1) {
      const sample = samples[next];
      current = sample ? value(sample) : current;
      next += 1;
    }
    return current;
  });
  return { times, values: [values] };
}

export const waiting = computed(() => lineOf(({ queued }) => queued));
export const parked = computed(() => lineOf((sample) => sample.parked));

/** What a chart says to who does not see it. */
export function sentenceOf(name: string, { values: [main = []] }: Line): string {
  const known = main.filter((value) => value !== null);
  const last = known.at(-1);
  if (known.length < 2 || last === undefined) return `${name}: nothing measured yet`;
  const rounded = (value: number) => String(Math.round(value * 10) / 10);
  return `${name}: now ${rounded(last)}, lowest ${rounded(Math.min(...known))}, highest ${rounded(Math.max(...known))} in the last ten minutes`;
}
