import { signal } from "@preact/signals";
import { nowMs } from "../data/clock.ts";
import type { Batch } from "../data/types.ts";
import { Button } from "../ui/button.tsx";
import { askFirst } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { duration, number, time } from "../ui/words.ts";
import { cancel, downloadResults, hasToken, isOver, pause, rateOf, resume } from "./batch-list.ts";

interface Part {
  readonly word: string;
  readonly tone: string;
  readonly count: number;
}

function partsOf({ statuses, states }: Batch): readonly Part[] {
  const { ok = 0, failed = 0, error = 0 } = statuses;
  return [
    { word: "ok", tone: "i-ok", count: ok },
    { word: "failed", tone: "i-failed", count: failed },
    { word: "error", tone: "i-error", count: error },
    { word: "on the line", tone: "i-live", count: states.live },
    { word: "queued", tone: "i-rest", count: states.queued },
  ];
}

/** When it should be over, where that can be told. */
function estimateWords(batch: Batch): string {
  const { state, states, estimated_end_at, first_dial_at } = batch;
  if (state === "paused") return states.queued === 0 ? "paused" : `paused, ${number(states.queued)} wait`;
  if (state === "waiting" && first_dial_at !== undefined && Date.parse(first_dial_at) > nowMs.value)
    return `starts ${time(first_dial_at, { seconds: false })}`;
  if (isOver(batch) || estimated_end_at === undefined || rateOf(batch) === undefined) return "";
  const leftMs = Date.parse(estimated_end_at) - nowMs.value;
  return leftMs <= 0 ? "" : `About ${duration(leftMs)} left, until ${time(estimated_end_at, { seconds: false })}`;
}

function rateWords(batch: Batch): string {
  const rate = rateOf(batch);
  const agreed = batch.calls_per_second;
  if (isOver(batch) || batch.state === "paused") return "";
  const agreedWords = agreed === undefined ? "" : `agreed ${number(agreed)}`;
  if (rate === undefined) return agreedWords;
  return [`${rate.toFixed(1)} calls a second`, agreedWords].filter(Boolean).join(", ");
}

/** Drawn at least two pixels wide, so that a few errors among thousands are seen. */
function Bar({ batch, name }: { readonly batch: Batch; readonly name: string }) {
  const { count, states } = batch;
  return (
    <div
      class="prog"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={count}
      aria-valuenow={states.completed}
    >
      {partsOf(batch)
        .filter((part) => part.count > 0 && part.tone !== "i-rest")
        .map(({ word, tone, count: share }) => (
          <i key={word} class={tone} style={{ width: `max(2px, ${(share / count) * 100}%)` }} />
        ))}
    </div>
  );
}

export function Progress({ batch, name }: { readonly batch: Batch; readonly name: string }) {
  const refused = batch.reasons.credential_rejected ?? 0;
  return (
    <div class="pad progress">
      <div class="progress-head">
        <span class="progress-count">
          {number(batch.states.completed)} of {number(batch.count)}
        </span>
        <span class="muted">{rateWords(batch)}</span>
        <span class="muted end">{estimateWords(batch)}</span>
      </div>
      <Bar batch={batch} name={name} />
      <div class="legend">
        {partsOf(batch).map(({ word, tone, count }) => (
          <span key={word}>
            <i class={tone} />
            <b>{number(count)}</b> {word}
          </span>
        ))}
        {batch.states.completed > 0 && (
          <button type="button" class="link end" onClick={() => downloadResults(batch)}>
            Results as CSV
          </button>
        )}
      </div>
      {refused > 0 && (
        <p class="c-error small">
          The carrier refused the credential. {number(refused)} calls ended as credential_rejected.
        </p>
      )}
    </div>
  );
}

const hangsUp = signal(false);

function askToCancel(batch: Batch): void {
  const { queued, live } = batch.states;
  hangsUp.value = !hasToken(batch);
  askFirst({
    title: `Cancel the ${number(queued)} calls that wait?`,
    body: (
      <>
        <p>
          They are not dialed. Each still gets its result: <code>error</code>, <code>cancelled</code>.{" "}
          {live > 0 &&
            (hasToken(batch)
              ? `The ${number(live)} on the line go on.`
              : `The ${number(live)} on the line are hung up.`)}
        </p>
        {live > 0 && hasToken(batch) && (
          <label class="check">
            <input
              type="checkbox"
              onChange={({ currentTarget }) => {
                hangsUp.value = currentTarget.checked;
              }}
            />
            Hang up the {number(live)} on the line too
          </label>
        )}
      </>
    ),
    safe: "Keep calling",
    act: {
      words: `Cancel ${number(queued)} calls`,
      isDanger: true,
      run: () => cancel(batch, { hangsUp: hangsUp.peek() }),
    },
  });
}

export function BatchActions({ batch }: { readonly batch: Batch }) {
  if (isOver(batch) || batch.states.queued === 0) return null;
  return (
    <>
      {batch.state === "paused" ? (
        <Button kind="sm" onPress={() => resume(batch)}>
          Resume
        </Button>
      ) : (
        <Button kind="sm" onPress={() => pause(batch)}>
          <Icon name="pause" />
          Pause
        </Button>
      )}
      <Button kind="sm danger" onPress={() => askToCancel(batch)}>
        Cancel the rest
      </Button>
    </>
  );
}
