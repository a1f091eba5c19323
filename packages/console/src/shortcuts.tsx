import { signal } from "@preact/signals";
import { askFirst } from "./ui/dialog.tsx";

const KEPT_AS = "promptcall-shortcuts";

/** Single keys can be switched off: who dictates would press them by accident. */
export const areOn = signal(localStorage.getItem(KEPT_AS) !== "off");

const SHORTCUTS: readonly (readonly [string, string])[] = [
  ["?", "these shortcuts"],
  ["g then c, b, q", "calls, batches, queues"],
  ["/", "find"],
  ["n", "show what is new"],
  ["h", "hold the list"],
  ["f, p", "only failed, only parked"],
  ["j, k or ↓ ↑", "the next row, the one before"],
  ["Enter", "open the row"],
  ["Space", "select the row, for one act on several"],
  ["Esc", "clear, close, back"],
  ["c", "copy the curl, or the tid"],
  ["a, x", "answer; decline or hang up"],
  ["0 to 9, *, #", "digits, while you talk"],
];

export function showShortcuts(): void {
  askFirst({
    title: "Shortcuts",
    body: (
      <>
        <dl class="kv">
          {SHORTCUTS.map(([keys, what]) => (
            <div key={keys} class="pair">
              <dt>{keys}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input
            type="checkbox"
            checked={areOn.value}
            onChange={({ currentTarget }) => {
              areOn.value = currentTarget.checked;
              localStorage.setItem(KEPT_AS, currentTarget.checked ? "on" : "off");
            }}
          />
          Single keys work
        </label>
      </>
    ),
    safe: "Close",
  });
}
