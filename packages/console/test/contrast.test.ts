import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const css = readFileSync(new URL("../src/styles/tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = "", light = "", dark = ""]) => [
    name,
    { light, dark },
  ]),
);
tokens.set("fill-text", { light: "#ffffff", dark: "#ffffff" });

const GROUNDS = ["bg", "surface", "sunken", "accent-soft"];
const MEANINGS = ["wait", "move", "live", "ok", "failed", "error", "parked"];
const over = (names: readonly string[], grounds: readonly string[], needed: number) =>
  names.flatMap((name) => grounds.map((ground) => [name, ground, needed] as const));

/** Text needs 4.5, edges and large shapes 3 (WCAG 2.2, 1.4.3 and 1.4.11). */
const PAIRS = [
  ...over(["text", "text-2", "text-3", "accent", ...MEANINGS], GROUNDS, 4.5),
  ["accent-text", "accent", 4.5] as const,
  ...over(["fill-text"], ["ok-fill", "error-fill"], 4.5),
  ...MEANINGS.flatMap((name) => over([name, "text", "text-2"], [`${name}-soft`], 4.5)),
  ...over(["line-strong", "accent"], GROUNDS, 3),
  ...over(["ok-fill", "error-fill"], ["surface"], 3),
];

describe.each(["light", "dark"] as const)("the colours of the %s page", (theme) => {
  it.each(PAIRS)("%s on %s has a contrast of %d at least", (name, ground, needed) => {
    const [one, other] = [tokens.get(name)?.[theme], tokens.get(ground)?.[theme]];
    if (one === undefined || other === undefined) throw new Error(`tokens.css has no ${name} or no ${ground}`);
    expect(ratio(one, other)).toBeGreaterThanOrEqual(needed);
  });
});

const STYLES = readdirSync(new URL("../src/styles/", import.meta.url)).filter((name) => name !== "tokens.css");

describe("a colour in a style", () => {
  it.each(STYLES)("comes from the tokens, in %s", (name) => {
    const style = readFileSync(new URL(`../src/styles/${name}`, import.meta.url), "utf8");
    expect([...style.matchAll(/#[\da-f]{3,8}\b|hsl\(|oklch\(/gi)].map(([color]) => color)).toEqual([]);
  });
});
