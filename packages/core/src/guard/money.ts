/** In millionths, so that sums are exact. */
export function microsOf(written: string): number {
  const [whole = "", fraction = ""] = written.split(".");
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, "0"));
}

export function writtenAmount(micros: number): string {
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${Math.floor(micros / 1_000_000)}.${fraction.slice(0, 2)}${fraction.slice(2).replace(/0+$/, "")}`;
}
