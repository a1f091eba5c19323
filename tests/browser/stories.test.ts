import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeFindings, open } from "./support/page.ts";
import { startStage } from "./support/stage.ts";

const stories = async (colorScheme: "light" | "dark") => {
  const page = await open((await startStage({ stories: true })).url, { colorScheme });
  await page.getByRole("heading", { name: "Stories" }).waitFor();
  const names = await page.getByRole("listitem").getByRole("link").allTextContents();
  return { page, names };
};

/** Resolves when what a story draws, and what it does once it is drawn, is on the screen. */
async function tell(page: Page, name: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    addEventListener("hashchange", () => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(resolve))), { once: true });
    location.hash = ${JSON.stringify(name)};
  })`);
  expect(await page.locator("h1").textContent()).toBe(name);
}

describe("each component in each of its states", () => {
  it.each(["light", "dark"] as const)("is drawn without a fault that axe would find, in %s", async (colorScheme) => {
    const { page, names } = await stories(colorScheme);
    expect(names.length).toBeGreaterThan(60);
    const found: Record<string, readonly string[]> = {};
    // Every other one in each of the themes: what they share is the tokens, whose contrast has a test of its own.
    for (const name of names.filter((_, index) => index % 2 === Number(colorScheme === "dark"))) {
      await tell(page, name);
      const findings = await axeFindings(page);
      if (findings.length > 0) found[name] = findings;
    }
    expect(found).toEqual({});
  });

  it("looks the same whatever was drawn before it", async () => {
    const drawn = async (order: (names: readonly string[]) => readonly string[]) => {
      const { page, names } = await stories("light");
      const markup: Record<string, unknown> = {};
      for (const name of order(names)) {
        await tell(page, name);
        const html = await page.locator("main").innerHTML();
        // The ids of reasons are counted on.
        markup[name] = html.replaceAll(/why-\d+/g, "why").replaceAll(new URL(page.url()).origin, "");
      }
      return markup;
    };
    expect(await drawn((names) => names)).toEqual(await drawn((names) => names.toReversed()));
  });

  it.each([1280, 740])("keeps the words of its timeline inside its card, on a page of %s pixels", async (width) => {
    const page = await open((await startStage({ stories: true })).url, { viewport: { width, height: 900 } });
    await page.getByRole("heading", { name: "Stories" }).waitFor();
    const outside: Record<string, unknown> = {};
    let timelines = 0;
    for (const name of await page.getByRole("listitem").getByRole("link").allTextContents()) {
      await tell(page, name);
      timelines += await page.locator(".tl").count();
      const words = (await page.evaluate(`[...document.querySelectorAll(".tl :is(.lbl, .lab)")].flatMap((words) => {
        const [own, card] = [words, words.closest(".tl")].map((one) => one.getBoundingClientRect());
        return own.left < card.left || own.right > card.right ? [words.textContent] : [];
      })`)) as readonly string[];
      if (words.length > 0) outside[name] = words;
    }
    expect(timelines).toBeGreaterThan(5);
    expect(outside).toEqual({});
  });
});
