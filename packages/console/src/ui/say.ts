/** Both regions are in the document from the start: a screen reader says what changes in them. */
const said = document.getElementById("said");
const warned = document.getElementById("warned");

const EVERY_MS = 5_000;
let last = 0;
let waiting: string | undefined;

/** One sentence in five seconds at the most, the newest. */
export function say(sentence: string): void {
  const left = last + EVERY_MS - Date.now();
  if (left > 0) {
    if (waiting === undefined) setTimeout(() => waiting !== undefined && say(waiting), left);
    waiting = sentence;
    return;
  }
  last = Date.now();
  waiting = undefined;
  if (said) said.textContent = sentence;
}

/** What cannot wait. */
export function warn(sentence: string): void {
  if (warned) warned.textContent = sentence;
}
