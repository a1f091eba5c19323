import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject, onTestFinished } from "vitest";

let browser: Promise<Browser> | undefined;

/** A context of its own for a test, closed with it. What a page says went wrong in it fails the test. */
export async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  browser ??= chromium.connect(inject("browser"));
  const context = await (await browser).newContext({
    baseURL: inject("apiUrl"),
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    timezoneId: "UTC",
    locale: "en-GB",
    ...options,
  });
  context.setDefaultTimeout(20_000);
  onTestFinished(() => context.close());
  return context;
}

export async function open(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
  return await openIn(await newContext(options), path);
}

export async function openIn(context: BrowserContext, path = "/"): Promise<Page> {
  const page = await context.newPage();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail" && !page.isClosed())
      await page.screenshot({ path: `coverage/browser/${task.name.replaceAll(/\W+/g, "-").slice(0, 80)}.png` });
  });
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => {
    // What the page's own policy forbids is told there, too.
    if (message.type() === "error" && !message.text().includes("Failed to load resource")) faults.push(message.text());
  });
  onTestFinished(() => {
    if (faults.length > 0) throw new Error(`The page told of faults: ${faults.join("; ")}`);
  });
  await page.goto(path);
  return page;
}

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds on the page, in words; nothing is well. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, which the page's policy does not hold; once for each load of the page.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(await axe);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
    violations: readonly Violation[];
  };
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).join(" | ")}`);
}

/** The whole document, what is kept, and the address: where a secret could be left. */
export async function everythingKept(page: Page): Promise<string> {
  return await page.evaluate(
    "JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, location.href, document.cookie])",
  );
}
