import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { nowMs } from "../data/clock.ts";
import { counts, samples } from "../data/live.ts";
import { local } from "../data/session.ts";
import type { QueueSample } from "../data/stream-data.ts";
import { duration, number } from "../ui/words.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { dialed, pace, parked, readPace, waiting } from "./series.ts";

const PACE_EVERY_MS = 5_000;

/** How long the oldest message has been there; where all are for a later time, when the first is due. */
function oldestWords({ oldest_at, due_at }: QueueSample["queues"][number], now: number): string {
  if (oldest_at !== undefined) return duration(Math.max(0, now - Date.parse(oldest_at)));
  return due_at === undefined ? "–" : `due in ${duration(Math.max(0, Date.parse(due_at) - now))}`;
}

function Depths() {
  const sample = samples.value.at(-1);
  if (local.value === null)
    return <p class="small muted">Depths and ages of queues are on the stage's CloudWatch dashboard.</p>;
  return (
    <section class="card" aria-label="Queues">
      <table class="cards">
        <caption class="sr">How many messages each queue has</caption>
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col" class="num">
              Waiting
            </th>
            <th scope="col" class="num">
              Oldest
            </th>
            <th scope="col" class="num hide-s">
              In hand
            </th>
            <th scope="col" class="num">
              Dead letters
            </th>
          </tr>
        </thead>
        <tbody>
          {(sample?.queues ?? []).map((queue) => (
            <tr key={queue.name}>
              <th scope="row" class="row-head r1 c1">
                {queue.name}
              </th>
              <td class="num r1 c2 right-s">
                {number(queue.waiting)}
                <span class="only-s muted"> waiting</span>
              </td>
              <td class="num muted r2 c12">{oldestWords(queue, nowMs.value)}</td>
              <td class="num hide-s">{number(queue.in_hand)}</td>
              <td class={`num r1 c3 right-s ${queue.dead_letters > 0 ? "c-parked" : "faint"}`}>
                {number(queue.dead_letters)}
                <span class="only-s"> dead</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Charts are loaded where they are seen: they are as large as all the rest. */
function Charts() {
  const loaded = useSignal<typeof import("./chart.tsx") | undefined>(undefined);
  const failed = useSignal(false);
  useEffect(() => {
    import("./chart.tsx").then(
      (module) => {
        loaded.value = module;
      },
      () => {
        failed.value = true;
      },
    );
    void readPace();
    const timer = setInterval(readPace, PACE_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { Chart } = loaded.value ?? {};
  if (failed.value) return <p class="note">The charts could not be loaded. The numbers below are live.</p>;
  if (!Chart) return <div class="charts charts-loading" aria-busy="true" />;
  const rate = dialed.value.values[0]?.at(-1);
  const agreed = pace.value;
  const isSlowed = agreed !== undefined && agreed.current_calls_per_second < agreed.calls_per_second;
  const paceWords = isSlowed
    ? `${agreed.current_calls_per_second}, agreed ${agreed.calls_per_second}`
    : agreed?.calls_per_second;
  return (
    <div class="charts">
      <Chart
        name="Dialed a second"
        now={`${(rate ?? 0).toFixed(1)}${agreed === undefined ? "" : ` of ${paceWords}`}`}
        line={dialed}
        color="--accent"
        isWhole={false}
      />
      <Chart
        name="Waiting to be dialed"
        now={number(counts.value?.queued ?? 0)}
        line={waiting}
        color="--accent"
        isWhole
      />
      <Chart name="Results parked" now={number(counts.value?.parked ?? 0)} line={parked} color="--parked" isWhole />
    </div>
  );
}

export function QueuesScreen() {
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Queues</h1>
        <span class="small muted">the last ten minutes</span>
      </div>
      <div class="col">
        <Charts />
        <Depths />
        <DeadLetters />
      </div>
    </>
  );
}
