import { useEffect } from "preact/hooks";
import type { Batch } from "../data/types.ts";
import { BatchBadge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { number, time } from "../ui/words.ts";
import { batches, downloadResults, failure, followBatches, isOver, nameOf, resume } from "./batch-list.ts";
import { CheckCard } from "./check-card.tsx";
import { Drop } from "./drop.tsx";
import { BatchActions, Progress } from "./progress.tsx";

function Running({ batch }: { readonly batch: Batch }) {
  const name = nameOf(batch);
  return (
    <section class="card" aria-label={`Batch ${name}`}>
      <header>
        <h2>
          <a class="plain" href={`/batches/${batch.batch_id}`}>
            {name}
          </a>
        </h2>
        <BatchBadge state={batch.state} />
        <span class="end">
          <BatchActions batch={batch} />
        </span>
      </header>
      <Progress batch={batch} name={name} />
    </section>
  );
}

function happens({ state, statuses, states, first_dial_at }: Batch): string {
  const { ok = 0, failed = 0, error = 0 } = statuses;
  switch (state) {
    case "waiting":
      return first_dial_at === undefined ? "waits" : `starts ${time(first_dial_at, { seconds: false })}`;
    case "paused":
      return `${number(states.queued)} wait`;
    case "running":
      return `${number(states.live)} on the line`;
    case "cancelled":
    case "completed":
      return [`${number(ok)} ok`, `${number(failed)} failed`, `${number(error)} error`].join(", ");
    default:
      return state satisfies never;
  }
}

function Others({ others }: { readonly others: readonly Batch[] }) {
  return (
    <section class="card" aria-label="Other batches">
      <header>
        <h2>Other batches</h2>
      </header>
      <table class="cards">
        <caption class="sr">Other batches, newest first</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Batch</th>
            <th scope="col" class="num">
              Calls
            </th>
            <th scope="col">What happens</th>
            <th scope="col">
              <span class="sr">Do</span>
            </th>
            <th scope="col" class="num">
              Accepted
            </th>
          </tr>
        </thead>
        <tbody>
          {others.map((batch) => (
            <tr key={batch.batch_id}>
              <td class="r1 c1">
                <BatchBadge state={batch.state} />
              </td>
              <td class="r1 c2">
                <a class="plain" href={`/batches/${batch.batch_id}`}>
                  {nameOf(batch)}
                </a>
              </td>
              <td class="num hide-s">
                {number(batch.states.completed)} of {number(batch.count)}
              </td>
              <td class="muted r2 c12 fill">{happens(batch)}</td>
              <td class="r2 c3 right-s">
                {batch.state === "paused" ? (
                  <Button kind="sm" onPress={() => resume(batch)}>
                    Resume
                  </Button>
                ) : (
                  batch.states.completed > 0 && (
                    <button type="button" class="link" onClick={() => downloadResults(batch)}>
                      Results as CSV
                    </button>
                  )
                )}
              </td>
              <td class="num faint r1 c3 right-s">
                <time dateTime={batch.accepted_at} title={batch.accepted_at}>
                  {time(batch.accepted_at, { seconds: false })}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function BatchesScreen() {
  useEffect(followBatches, []);
  const known = batches.value;
  const running = known?.filter((batch) => !isOver(batch)) ?? [];
  const others = known?.filter(isOver) ?? [];
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Batches</h1>
      </div>
      <div class="col">
        {failure.value !== undefined && (
          <p class="note">
            <Icon name="error" />
            <span>The batches could not be read: {failure.value}</span>
          </p>
        )}
        {running.map((batch) => (
          <Running key={batch.batch_id} batch={batch} />
        ))}
        <CheckCard />
        <Drop />
        {others.length > 0 && <Others others={others} />}
        {known?.length === 0 && (
          <div class="empty">
            <b>No batches yet.</b>
            <span class="small">Drop a CSV here; it is checked first and nobody is called.</span>
          </div>
        )}
      </div>
    </>
  );
}
