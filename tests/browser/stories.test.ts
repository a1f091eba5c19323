import { describe, expect, it } from "vitest";
import { axeFindings, open } from "./support/page.ts";
import { startStage } from "./support/stage.ts";

describe("each component in each of its states", () => {
  it.each(["light", "dark"] as const)("is drawn without a fault that axe would find, in %s", async (colorScheme) => {
    const stage = await startStage({ stories: true });
    const page = await open(stage.url, { colorScheme });
    const names = await page.getByRole("listitem").getByRole("link").allTextContents();
    expect(names.length).toBeGreaterThan(60);
    const found: Record<string, readonly string[]> = {};
    // Every other one in each of the themes: what they share is the tokens, whose contrast has a test of its own.
    for (const name of names.filter((_, index) => index % 2 === Number(colorScheme === "dark"))) {
      await page.goto(`${stage.url}/?story=${name}`);
      await page.getByRole("heading", { name, level: 1, includeHidden: true }).waitFor({ state: "attached" });
      const findings = await axeFindings(page);
      if (findings.length > 0) found[name] = findings;
    }
    expect(found).toEqual({});
  });
});
