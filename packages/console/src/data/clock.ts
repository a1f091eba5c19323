import { signal } from "@preact/signals";

/** Moves once a second, for what grows: only what is on the screen and live looks at it. */
export const nowMs = signal(Date.now());

setInterval(() => {
  if (!document.hidden) nowMs.value = Date.now();
}, 1_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) nowMs.value = Date.now();
});
