export type Cancel = () => void;

/** Virtual time: `speed` virtual seconds go by in a real one. */
export interface Clock {
  readonly speed: number;
  elapsedMs(): number;
  after(seconds: number, run: () => void): Cancel;
  stop(): void;
}

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function startClock(speed: number, realNowMs: () => number): Clock {
  const realStartMs = realNowMs();
  const entries: Timer[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  // While a timer runs, the time is when it was due, so that a call takes the same virtual time on a slow machine.
  let entryDueMs: number | undefined;

  const wallMs = () => (realNowMs() - realStartMs) * speed;
  const elapsedMs = () => entryDueMs ?? wallMs();

  function wakeForFirst() {
    clearTimeout(timer);
    const first = entries[0];
    if (!first || stopped) return;
    timer = setTimeout(ring, Math.min(LONGEST_TIMEOUT_MS, Math.max(0, (first.dueMs - wallMs()) / speed)));
  }

  function ring() {
    const untilMs = wallMs();
    try {
      for (let entry = entries[0]; entry && entry.dueMs <= untilMs && !stopped; entry = entries[0]) {
        entries.shift();
        entryDueMs = entry.dueMs;
        entry.run();
      }
    } finally {
      entryDueMs = undefined;
      wakeForFirst();
    }
  }

  return {
    speed,
    elapsedMs,
    after(seconds, run) {
      if (stopped) return () => {};
      const entry: Timer = { dueMs: elapsedMs() + seconds * 1000, run };
      const position = firstLaterThan(entries, entry.dueMs);
      entries.splice(position, 0, entry);
      if (position === 0 && entryDueMs === undefined) wakeForFirst();
      return () => {
        const found = entries.lastIndexOf(entry, firstLaterThan(entries, entry.dueMs));
        if (found >= 0) entries.splice(found, 1);
      };
    },
    stop() {
      stopped = true;
      entries.length = 0;
      clearTimeout(timer);
    },
  };
}

/** Timers due at the same moment run in the order they were set. */
function firstLaterThan(entries: readonly Timer[], dueMs: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.dueMs ?? Number.POSITIVE_INFINITY) <= dueMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
