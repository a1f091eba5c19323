/** The longest of the prefixes that the number begins with. Digits without `+`. */
export function longestPrefix(digits: string, has: (prefix: string) => boolean): string | undefined {
  for (let length = digits.length; length > 0; length -= 1) {
    const prefix = digits.slice(0, length);
    if (has(prefix)) return prefix;
  }
  return undefined;
}

export const beginsWithOne = (digits: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => digits.startsWith(prefix));
