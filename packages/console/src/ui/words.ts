const whole = new Intl.NumberFormat("en-GB");

export function number(value: number): string {
  return whole.format(value);
}

/** For a tile: short from ten thousand on. */
export function short(value: number): string {
  return value < 10_000 ? number(value) : `${(value / 1_000).toFixed(1)}k`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** `84 ms`, `6.2 s`, `2 min 14 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `0:09`, as on a phone. */
export function timer(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Local, with the date where it is not today. */
export function time(at: string, { seconds = true } = {}): string {
  const date = new Date(at);
  const written = (seconds ? clockTime : minute).format(date);
  return date.toDateString() === new Date().toDateString() ? written : `${day.format(date)} ${written}`;
}

export function zone(): string {
  const minutes = -new Date().getTimezoneOffset();
  const sign = minutes < 0 ? "−" : "+";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return minutes === 0 ? "UTC" : `UTC${sign}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** `+44 7700 900011`: groups that are easy to read. */
export function spaced(digits: string): string {
  const plain = digits.replace(/\D/g, "");
  return `+${plain.slice(0, 2)} ${plain.slice(2, 6)} ${plain.slice(6)}`.trim();
}
