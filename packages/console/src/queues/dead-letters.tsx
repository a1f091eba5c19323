import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askJson } from "../data/api.ts";
import { parkedCalls, take } from "../data/calls.ts";
import { currentMs } from "../data/clock.ts";
import { failingReceivers } from "../data/live.ts";
import { maskedCall } from "../data/masked.ts";
import type { Call } from "../data/types.ts";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { askFirst } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { number, plural } from "../ui/words.ts";
import { GroupRow } from "./group-row.tsx";
import { groupsOf } from "./letter-groups.ts";
import { sendAgain, sendAgainAt } from "./send-again.ts";

const MINUTE_MS = 60_000;
const SPANS: ReadonlyMap<string, number> = new Map([
  ["10 minutes", 10 * MINUTE_MS],
  ["1 hour", 60 * MINUTE_MS],
  ["24 hours", 1_440 * MINUTE_MS],
]);

/** Above so many it is asked first. */
const MANY = 100;

async function readParked(): Promise<void> {
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ callback_state: "parked", limit: "100", ...(cursor && { cursor }) });
    const page = await askJson<{ data: Call[]; next_cursor?: string }>({ path: `/calls?${query}` });
    take(page.data.map(maskedCall));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
}

export function DeadLetters() {
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const receiver = useSignal("");
  const reason = useSignal("");
  const span = useSignal("");
  /** Of calls that were accepted then or later, which is how the api counts as well. */
  const since = useComputed(() => {
    const ms = SPANS.get(span.value);
    return ms === undefined ? undefined : new Date(currentMs() - ms).toISOString();
  });
  const all = useComputed(() =>
    groupsOf(parkedCalls.value.filter(({ accepted_at }) => accepted_at >= (since.value ?? ""))),
  );
  const shown = useComputed(() =>
    all.value.filter(
      (group) =>
        (receiver.value === "" || group.receiver === receiver.value) &&
        (reason.value === "" || group.reason === reason.value),
    ),
  );
  const selected = useComputed(() => shown.value.filter(({ key }) => chosen.value.has(key)));
  const count = selected.value.reduce((sum, { calls }) => sum + calls.length, 0);
  useEffect(() => {
    readParked().catch(() => undefined);
  }, []);

  const choose = (keys: readonly string[], isOn: boolean) => {
    const next = new Set(chosen.value);
    for (const key of keys)
      if (isOn) next.add(key);
      else next.delete(key);
    chosen.value = next;
  };
  const send = async () => {
    const groups = selected.peek();
    const receivers = new Set(groups.map((group) => group.receiver));
    const isWhole = [...receivers].every((name) =>
      all.peek().every((group) => group.receiver !== name || chosen.peek().has(group.key)),
    );
    chosen.value = new Set();
    // By receiver where all of it goes: one request for a hundred results.
    if (isWhole && count > MANY && !receivers.has("")) await sendAgainAt([...receivers], since.peek());
    else await sendAgain(groups.flatMap(({ calls }) => calls.map(({ tid }) => tid)));
  };
  const ask = () => {
    if (count <= MANY) return void send();
    const failing = new Set(
      selected
        .peek()
        .map((group) => group.receiver)
        .filter((name) => failingReceivers.peek().has(name)),
    );
    askFirst({
      title: `Send ${number(count)} results again?`,
      body: (
        <p>
          Each is the same message with the same webhook-id.{" "}
          {failing.size > 0 && `${plural(failing.size, "receiver")} still fail.`}
        </p>
      ),
      safe: "Not now",
      act: { words: `Send ${number(count)} again`, isDanger: false, run: send },
    });
  };

  const total = parkedCalls.value.length;
  return (
    <section class="card" aria-label="Dead letters">
      <header>
        <h2>Dead letters</h2>
        <span class="small muted">
          {total === 0
            ? "kept 14 days"
            : `${number(total)} in ${plural(groupsOf(parkedCalls.value).length, "group")}, kept 14 days`}
        </span>
      </header>
      {total === 0 ? (
        <div class="empty">
          <b>Nothing is parked.</b>
          <span class="small">A result that cannot be delivered waits here for 14 days.</span>
        </div>
      ) : (
        <>
          <div class="bar">
            <Choice
              label="Receiver"
              every="All receivers"
              of={all.value.map((group) => group.receiver)}
              value={receiver}
            />
            <Choice label="Reason" every="All reasons" of={all.value.map((group) => group.reason)} value={reason} />
            <Choice label="Since" every="14 days" of={[...SPANS.keys()]} value={span} />
          </div>
          <div class="scroll">
            <table>
              <caption class="sr">Parked results, by reason and receiver</caption>
              <thead>
                <tr>
                  <th scope="col">
                    <input
                      type="checkbox"
                      aria-label="All groups that are shown"
                      checked={shown.value.length > 0 && selected.value.length === shown.value.length}
                      onChange={({ currentTarget }) =>
                        choose(
                          shown.value.map(({ key }) => key),
                          currentTarget.checked,
                        )
                      }
                    />
                  </th>
                  <th scope="col">Reason</th>
                  <th scope="col">Receiver</th>
                  <th scope="col" class="num">
                    Results
                  </th>
                  <th scope="col" class="num hide-s">
                    Oldest
                  </th>
                  <th scope="col" class="hide-s">
                    After
                  </th>
                  <th scope="col">
                    <span class="sr">Open</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.value.map((group) => (
                  <GroupRow
                    key={group.key}
                    group={group}
                    isChosen={chosen.value.has(group.key)}
                    onChoose={(isOn) => choose([group.key], isOn)}
                  />
                ))}
              </tbody>
            </table>
            {shown.value.length === 0 && <p class="empty small">Nothing that is parked fits this.</p>}
          </div>
          {count > 0 && (
            <div class="selbar">
              <b>{plural(count, "result")} selected</b>
              <span class="small muted hide-s">Each is the same message with the same webhook-id</span>
              <span class="selbar-acts">
                <Button
                  kind="quiet"
                  onPress={() => {
                    chosen.value = new Set();
                  }}
                >
                  Clear
                </Button>
                <Button kind="primary" onPress={ask}>
                  <Icon name="again" />
                  Send {number(count)} again
                </Button>
              </span>
            </div>
          )}
        </>
      )}
    </section>
  );
}
