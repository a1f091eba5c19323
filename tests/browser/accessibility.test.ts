import { describe, expect, it } from "vitest";
import { axeFindings, open } from "./support/page.ts";

describe("axe finds nothing", () => {
  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 360],
    ["dark", 360],
  ] as const)("on the calls in %s at %i", async (colorScheme, width) => {
    const page = await open("/", { colorScheme, viewport: { width, height: 900 } });
    await page.getByRole("button", { name: "Call me" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const { clientWidth, scrollWidth } = (await page.evaluate(
      "({ clientWidth: document.documentElement.clientWidth, scrollWidth: document.documentElement.scrollWidth })",
    )) as { clientWidth: number; scrollWidth: number };
    expect(scrollWidth).toBe(clientWidth);
  });
});
