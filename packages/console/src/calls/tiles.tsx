import { filter, setFilter } from "../data/calls.ts";
import { nowMs } from "../data/clock.ts";
import type { Filter } from "../data/kinds.ts";
import { counts } from "../data/live.ts";
import { setQuery } from "../data/route.ts";
import type { Counts } from "../data/stream-data.ts";
import { duration, number, short } from "../ui/words.ts";

interface Tile {
  readonly filter: Filter;
  readonly word: string;
  readonly of: (counts: Counts) => number;
  readonly context: (counts: Counts) => string;
  readonly title: string;
}

const STATES: readonly Tile[] = [
  {
    filter: "queued",
    word: "Queued",
    of: ({ queued }) => queued,
    context: ({ queued, last_dial_at }) => {
      if (queued === 0) return "nothing waits";
      const leftMs = last_dial_at === undefined ? 0 : Date.parse(last_dial_at) - nowMs.value;
      return leftMs > 0 ? `last dial in ${duration(leftMs)}` : "dialed as there is room";
    },
    title: "Accepted, and not dialed yet",
  },
  {
    filter: "live",
    word: "On the line",
    of: ({ live }) => live,
    context: ({ live }) => (live === 0 ? "nobody is called" : "dialing or talking"),
    title: "Dialing, ringing, answered or ended, and not completed",
  },
  {
    filter: "done",
    word: "Done",
    of: ({ done }) => done,
    context: ({ cancelled }) => (cancelled === 0 ? "since the start" : `${number(cancelled)} cancelled`),
    title: "Since the start: the right PIN, or cancelled before it was dialed",
  },
  {
    filter: "failed",
    word: "Failed",
    of: ({ failed }) => failed,
    context: ({ failed, failed_pins, errors }) =>
      failed === 0 ? "none since the start" : `${number(failed_pins)} failed, ${number(errors)} error`,
    title: "Since the start: every other failed and error",
  },
];

const PARKED: Tile = {
  filter: "parked",
  word: "Parked",
  of: ({ parked }) => parked,
  context: ({ parked }) => (parked === 0 ? "none waits" : "to send again"),
  title: "Results that could not be delivered, and wait to be sent again",
};

/** The address says which filter is on, so that Back and a link lead to it. */
export function chooseFilter(chosen: Filter | undefined): void {
  setFilter(chosen);
  setQuery({ show: chosen });
}

function OneTile({ tile }: { readonly tile: Tile }) {
  const known = counts.value;
  const isOn = filter.value === tile.filter;
  const value = known === undefined ? undefined : tile.of(known);
  return (
    <button
      type="button"
      class={`tile is-${tile.filter} ${value ? "has-some" : ""}`}
      aria-pressed={isOn ? "true" : "false"}
      aria-busy={value === undefined ? "true" : undefined}
      title={value !== undefined && value >= 10_000 ? `${number(value)}. ${tile.title}` : tile.title}
      onClick={() => chooseFilter(isOn ? undefined : tile.filter)}
    >
      <b>{value === undefined ? <span class="sk sk-number" /> : short(value)}</b>
      {value !== undefined && value >= 10_000 && <span class="sr">{number(value)}</span>}
      <span>{tile.word}</span>
      <small>{isOn ? "filter is on" : known === undefined ? "loading" : tile.context(known)}</small>
    </button>
  );
}

export function Tiles() {
  return (
    <section class="tiles" aria-label="Calls by state; each number is a filter">
      <div class="strip">
        {STATES.map((tile) => (
          <OneTile key={tile.filter} tile={tile} />
        ))}
      </div>
      <div class="strip">
        <OneTile tile={PARKED} />
      </div>
    </section>
  );
}
