import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { findChrome } from "../../../tools/browser/chrome.ts";
import { type LocalRun, startLocalRun } from "../../../tools/console/local-run.ts";

declare module "vitest" {
  interface ProvidedContext {
    apiUrl: string;
    browser: string;
  }
}

/** One browser and one local run for all the files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [browser, run] = await Promise.all([launch(), startLocalRun({ speed: 60 })]);
  project.provide("browser", browser.wsEndpoint());
  project.provide("apiUrl", run.system.apiUrl);
  return async () => {
    await browser.close();
    await (run satisfies LocalRun).stop();
  };
}

async function launch() {
  const { executablePath, env } = await findChrome();
  return await chromium.launchServer({ executablePath, env, headless: true });
}
