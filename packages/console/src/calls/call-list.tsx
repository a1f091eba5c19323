import { useState } from "preact/hooks";
import { isAnnouncing } from "../data/announce.ts";
import { askJson, sentenceOf } from "../data/api.ts";
import {
  attend,
  filter,
  isFull,
  isHeld,
  isLoaded,
  search,
  setSearch,
  showNew,
  take,
  total,
  visible,
  waitingNew,
} from "../data/calls.ts";
import { maskedCall } from "../data/masked.ts";
import { go } from "../data/route.ts";
import type { Call } from "../data/types.ts";
import { Icon } from "../ui/icon.tsx";
import { VirtualList } from "../ui/virtual-list.tsx";
import { number, plural, time, zone } from "../ui/words.ts";
import { CALL_HEAD, CallRow } from "./call-row.tsx";
import { SelectionBar, toggle } from "./selection.tsx";
import { chooseFilter } from "./tiles.tsx";

/** A number is looked for where it is known whole: at the api. */
async function find(text: string): Promise<void> {
  const digits = text.replace(/[\s()+.-]/g, "");
  if (!/^\d{7,15}$/.test(digits)) return setSearch(text);
  const { data } = await askJson<{ data: Call[] }>({ path: `/calls?to=${digits}&limit=100` });
  take(data.map(maskedCall));
  setSearch(text, new Set(data.map(({ tid }) => tid)));
}

function NothingHere() {
  const isFiltered = filter.value !== undefined || search.value !== "";
  if (!isLoaded.value)
    return (
      <div class="empty" aria-busy="true">
        {Array.from({ length: 8 }, (_, index) => (
          <span key={index} class="sk sk-row" />
        ))}
        <span class="sr">Loading</span>
      </div>
    );
  if (isFiltered && total.value > 0)
    return (
      <div class="empty">
        <span>
          No {filter.value === undefined ? "such" : WORDS[filter.value]} calls among {number(total.value)}.
        </span>
        <button
          type="button"
          class="btn sm"
          onClick={() => {
            setSearch("");
            chooseFilter(undefined);
          }}
        >
          Show all calls
        </button>
      </div>
    );
  return (
    <div class="empty">
      <b>No calls yet.</b>
      <span class="small">Press Call me, or send the curl from the request panel.</span>
    </div>
  );
}

const WORDS = { queued: "queued", live: "live", done: "done", failed: "failed", parked: "parked" } as const;

export function CallList() {
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const ids = visible.value;
  return (
    <section class="card list" id="calls" aria-label="Calls">
      <div class="bar">
        <label class="sr" for="find">
          Find a call by tid, reference or whole number
        </label>
        <input
          id="find"
          class="field find"
          type="search"
          autocomplete="off"
          placeholder="Find: tid, reference or number"
          value={search.value}
          onInput={({ currentTarget }) => {
            find(currentTarget.value).then(
              () => setFailure(undefined),
              (error) => setFailure(`${sentenceOf(error)} What you see is from ${time(new Date().toISOString())}.`),
            );
          }}
        />
        <button
          type="button"
          class="btn sm hide-s"
          aria-pressed={isHeld.value ? "true" : "false"}
          onClick={() => {
            isHeld.value = !isHeld.value;
            if (!isHeld.value) showNew();
          }}
        >
          <Icon name="pause" />
          Hold the list
        </button>
        <button
          type="button"
          class="btn sm"
          aria-label="Announce calls"
          aria-pressed={isAnnouncing.value ? "true" : "false"}
          title="A screen reader says every five seconds what has changed"
          onClick={() => {
            isAnnouncing.value = !isAnnouncing.value;
          }}
        >
          <Icon name="sound" />
          <span class="hide-s">Announce calls</span>
        </button>
        <span class="small muted hide-s end">
          {isHeld.value
            ? `Held by you, ${number(waitingNew.value)} new`
            : `${plural(total.value, "call")}, newest first`}
        </span>
      </div>
      {failure !== undefined && (
        <p class="note">
          <Icon name="error" />
          <span>{failure}</span>
        </p>
      )}
      {waitingNew.value > 0 && (
        <button type="button" class="newbar" onClick={showNew}>
          Show {plural(waitingNew.value, "new call")} <kbd class="hide-s">N</kbd>
        </button>
      )}
      {ids.length === 0 ? (
        <NothingHere />
      ) : (
        <VirtualList
          ids={ids}
          caption="Calls, newest first"
          columns={7}
          head={CALL_HEAD}
          draw={(tid, attributes) => <CallRow key={tid} tid={tid} attributes={attributes} />}
          onOpen={(tid) => go(`/calls/${tid}`)}
          onSelect={toggle}
          onAttend={attend}
          note={isFull.value ? "Older calls are in the API: GET /calls" : `All times are yours (${zone()})`}
        />
      )}
      <SelectionBar />
    </section>
  );
}
