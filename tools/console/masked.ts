import { maskToLastFour } from "@promptcall/core/call/phone";

/** A result without the number that was called: `to` of a form, or any of JSON's texts that is nothing but a number. */
export function masked(text: string, to: string | null): string {
  if (to === null) return text.replaceAll(/(?<=")\+?\d{8,15}(?=")/g, maskToLastFour);
  // A form writes a plus sign as `%2B`, and a space as `+`.
  const written = new URLSearchParams({ to }).toString().slice("to=".length);
  return text.replaceAll(written, maskToLastFour(to)).replaceAll(to, maskToLastFour(to));
}
