import { signal } from "@preact/signals";
import type { IconName } from "./glyphs.ts";
import { Icon } from "./icon.tsx";
import { say, warn } from "./say.ts";

interface Toast {
  readonly id: number;
  readonly words: string;
  readonly icon: IconName;
  readonly stays: boolean;
  readonly act: Act | undefined;
}

/** What can be done about it. */
interface Act {
  readonly words: string;
  readonly run: () => void;
}

const STAYS_MS = 6_000;
const MOST = 3;
const toasts = signal<readonly Toast[]>([]);
let next = 0;
const attended = new Set<number>();

export function toast(
  words: string,
  { icon = "ok" as IconName, isError = false, act = undefined as Act | undefined } = {},
): void {
  const id = next++;
  toasts.value = [...toasts.value, { id, words, icon: isError ? "error" : icon, stays: isError, act }].slice(-MOST);
  (isError ? warn : say)(words);
  if (!isError) setTimeout(() => leave(id), STAYS_MS);
}

function leave(id: number): void {
  if (attended.has(id)) setTimeout(() => leave(id), 1_000);
  else close(id);
}

function close(id: number): void {
  attended.delete(id);
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function Toasts() {
  return (
    <section class="toasts" aria-label="Notices">
      {toasts.value.map(({ id, words, icon, stays, act }) => (
        <div
          key={id}
          class="toast"
          onPointerEnter={() => attended.add(id)}
          onPointerLeave={() => attended.delete(id)}
          onFocusIn={() => attended.add(id)}
          onFocusOut={() => attended.delete(id)}
        >
          <Icon name={icon} />
          {words}
          {act && (
            <button
              type="button"
              class="toast-act"
              onClick={() => {
                close(id);
                act.run();
              }}
            >
              {act.words}
            </button>
          )}
          {stays && (
            <button type="button" class="toast-close" aria-label="Close" onClick={() => close(id)}>
              <Icon name="close" />
            </button>
          )}
        </div>
      ))}
    </section>
  );
}
