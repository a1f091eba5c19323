import { clearSelection, selected } from "./calls/selection.tsx";
import { chooseFilter } from "./calls/tiles.tsx";
import { filter, isHeld, search, setSearch, showNew } from "./data/calls.ts";
import { go, route } from "./data/route.ts";
import { act, hasCall, isPhoneKey, isRinging } from "./phone/act.ts";
import { areOn, showShortcuts } from "./shortcuts.tsx";

const SCREENS: Readonly<Record<string, string>> = { c: "/", b: "/batches", q: "/queues" };
const PRESS_MS = 120;
let isAfterG = false;

/** Never in a field or a dialog, and never with another key held down. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape" && event.target.id === "find") setSearch("");
      return;
    }
    if (hasCall() && isPhoneKey(event.key)) {
      event.preventDefault();
      showPress(event.key);
      void act({ act: "key", key: event.key });
      return;
    }
    if (areOn.value && press(event.key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  const screen = isAfterG ? SCREENS[key] : undefined;
  isAfterG = key === "g";
  if (screen !== undefined) {
    go(screen);
    return true;
  }
  switch (key) {
    case "?":
      showShortcuts();
      return true;
    case "a":
      if (!isRinging()) return false;
      void act({ act: "answer" });
      return true;
    case "x":
      if (isRinging()) void act({ act: "decline" });
      else if (hasCall()) void act({ act: "hang_up" });
      else return false;
      return true;
    case "/":
      document.getElementById("find")?.focus();
      return true;
    case "n":
      showNew();
      return true;
    case "h":
      isHeld.value = !isHeld.value;
      return true;
    case "f":
      chooseFilter(filter.value === "failed" ? undefined : "failed");
      return true;
    case "p":
      chooseFilter(filter.value === "parked" ? undefined : "parked");
      return true;
    case "c":
      document.querySelector<HTMLElement>("main [data-copy] button, main .card header .btn.sm")?.click();
      return true;
    case "Escape":
      if (route.value.screen !== "calls") history.back();
      else if (selected.value.size > 0) clearSelection();
      else if (filter.value !== undefined) chooseFilter(undefined);
      else if (search.value !== "") setSearch("");
      return true;
    default:
      return false;
  }
}

/** The key on the screen shows that it was pressed. */
function showPress(key: string): void {
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.classList.add("is-pressed");
  setTimeout(() => button?.classList.remove("is-pressed"), PRESS_MS);
}
