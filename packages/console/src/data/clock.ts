import { signal } from "@preact/signals";

/** Moves once a second, for what grows: only what is on the screen and live looks at it. */
export const nowMs = signal(Date.now());

const isStopped = import.meta.env.MODE === "stories";

setInterval(() => {
  if (!document.hidden && !isStopped) nowMs.value = Date.now();
}, 1_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !isStopped) nowMs.value = Date.now();
});

/** For what cannot wait for the next second. */
export const currentMs = (): number => (isStopped ? nowMs.value : Math.max(nowMs.value, Date.now()));
