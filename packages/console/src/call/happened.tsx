import { useSignal } from "@preact/signals";
import type { Call } from "../data/types.ts";
import { Icon } from "../ui/icon.tsx";
import { duration, plural, time } from "../ui/words.ts";
import { happenedTo, type Happened as Line } from "./what-happened.ts";

function One({
  line,
  before,
  isChosen,
}: {
  readonly line: Line;
  readonly before: Line | undefined;
  readonly isChosen: boolean;
}) {
  const sinceMs = before === undefined ? undefined : Date.parse(line.at) - Date.parse(before.at);
  return (
    <li class={isChosen ? "on" : ""} data-happened={line.id} tabIndex={-1}>
      <time dateTime={line.at} title={line.at}>
        {time(line.at)}
      </time>
      <span class="dt">{sinceMs === undefined || sinceMs < 0 ? "" : duration(sinceMs)}</span>
      <Icon name={line.icon} tone={line.tone} />
      <div>
        <span>{line.sentence}</span>
        {line.more !== undefined && <p class="more">{line.more}</p>}
      </div>
    </li>
  );
}

/** What happened, in words, in its order. What is routine is folded. */
export function Happened({ call, chosen }: { readonly call: Call; readonly chosen: string | undefined }) {
  const onlyFailures = useSignal(false);
  const isOpen = useSignal(false);
  const all = happenedTo(call);
  const routine = all.filter(({ isRoutine }) => isRoutine);
  const shown = all.filter((line) => (onlyFailures.value ? line.isFailure : isOpen.value || !line.isRoutine));
  return (
    <section class="card" aria-label="What happened">
      <header>
        <h2>What happened</h2>
        <span class="end">
          <label class="check small">
            <input
              type="checkbox"
              checked={onlyFailures.value}
              onChange={({ currentTarget }) => {
                onlyFailures.value = currentTarget.checked;
              }}
            />
            Only failures
          </label>
        </span>
      </header>
      <ol class="ev">
        {shown.map((line, index) => (
          <One key={line.id} line={line} before={shown[index - 1]} isChosen={chosen === line.id} />
        ))}
      </ol>
      {shown.length === 0 && <p class="pad small muted">No failures.</p>}
      {routine.length > 0 && !onlyFailures.value && (
        <p class="foot">
          <button
            type="button"
            class="btn quiet sm"
            aria-expanded={isOpen.value ? "true" : "false"}
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            <Icon name="right" />
            {plural(routine.length, "routine event")}
          </button>
        </p>
      )}
    </section>
  );
}
