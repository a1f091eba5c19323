export type DurationMinutes = `${number} ${"second" | "seconds" | "minute" | "minutes"}`;
export type DurationHours = `${number} ${"second" | "seconds" | "minute" | "minutes" | "hour" | "hours"}`;
export type Size = `${number} ${"MB" | "GB"}`;

const SECONDS = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const;

export function toSeconds(duration: string): number {
  const match = /^(\d+(?:\.\d+)?) (second|minute|hour|day)s?$/.exec(duration);
  if (!match) throw new RangeError(`Invalid duration ${duration}`);
  const [, count, unit] = match;
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

export function toMegabytes(size: string): number {
  const match = /^(\d+(?:\.\d+)?) (MB|GB)$/.exec(size);
  if (!match) throw new RangeError(`Invalid size ${size}`);
  return Number(match[1]) * (match[2] === "GB" ? 1_024 : 1);
}
