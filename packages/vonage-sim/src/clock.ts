export type Cancel = () => void;

/** Virtual time: `speed` virtual seconds go by in a real one. */
export interface Clock {
  readonly speed: number;
  elapsedMs(): number;
  after(seconds: number, run: () => void): Cancel;
  stop(): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly run: () => void;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function startClock(speed: number, realNowMs: () => number): Clock {
  const realStartMs = realNowMs();
  const alarms: Alarm[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  // While an alarm runs, the time is when it was due, not when the event loop got to it: what follows
  // from it is counted from there, so a call takes the same virtual time on a slow machine.
  let alarmDueMs: number | undefined;

  const wallMs = () => (realNowMs() - realStartMs) * speed;
  const elapsedMs = () => alarmDueMs ?? wallMs();

  function wakeForFirst() {
    clearTimeout(timer);
    const first = alarms[0];
    if (!first || stopped) return;
    timer = setTimeout(ring, Math.min(LONGEST_TIMEOUT_MS, Math.max(0, (first.dueMs - wallMs()) / speed)));
  }

  function ring() {
    const untilMs = wallMs();
    try {
      for (let alarm = alarms[0]; alarm && alarm.dueMs <= untilMs && !stopped; alarm = alarms[0]) {
        alarms.shift();
        alarmDueMs = alarm.dueMs;
        alarm.run();
      }
    } finally {
      alarmDueMs = undefined;
      wakeForFirst();
    }
  }

  return {
    speed,
    elapsedMs,
    after(seconds, run) {
      if (stopped) return () => {};
      const alarm: Alarm = { dueMs: elapsedMs() + seconds * 1000, run };
      const position = firstLaterThan(alarms, alarm.dueMs);
      alarms.splice(position, 0, alarm);
      if (position === 0 && alarmDueMs === undefined) wakeForFirst();
      return () => {
        const found = alarms.lastIndexOf(alarm, firstLaterThan(alarms, alarm.dueMs));
        if (found >= 0) alarms.splice(found, 1);
      };
    },
    stop() {
      stopped = true;
      alarms.length = 0;
      clearTimeout(timer);
    },
  };
}

/** Alarms due at the same moment ring in the order they were set. */
function firstLaterThan(alarms: readonly Alarm[], dueMs: number): number {
  let low = 0;
  let high = alarms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((alarms[middle]?.dueMs ?? Number.POSITIVE_INFINITY) <= dueMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
