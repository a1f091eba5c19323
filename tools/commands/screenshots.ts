import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChrome } from "../browser/chrome.ts";
import { startLocalRun } from "../console/local-run.ts";
import { postCall } from "../system/caller.ts";

parseArgs({ options: {} });
const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));

const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "360", colorScheme: "light", width: 360 },
] as const;

/** One of each kind of person, newest last; three results go where nobody listens. */
const ENDINGS = ["51", "52", "53", "00", "01", "02", "05", "10", "07", "20", "24", "25", "01", "26"] as const;
const NOBODY = "http://127.0.0.1:9/result";

const run = await startLocalRun({ speed: 20 });
const { executablePath, env } = await findChrome();
const browser = await chromium.launch({ executablePath, env, headless: true });
try {
  await mkdir(folder, { recursive: true });
  const credential = (await (await fetch(`${run.system.apiUrl}/_local/credential`)).json()) as {
    authorization: string;
    callback: string;
  };
  for (const [index, ending] of ENDINGS.entries())
    await postCall({
      apiUrl: run.system.apiUrl,
      jwt: credential.authorization.slice("Bearer ".length),
      fields: {
        to: `4477009001${ending}`,
        from: "447700900999",
        pin_code: "1234",
        text: "Please enter your PIN.",
        reference: `order ${8_830 + index}`,
        callback: index < 3 ? NOBODY : credential.callback,
      },
    });
  const first = await pageOf(browser, LOOKS[0]);
  await first.goto("/queues");
  await first.getByText("3 in 1 group, kept 14 days").waitFor({ timeout: 90_000 });
  await first.close();
  for (const look of LOOKS) {
    const page = await pageOf(browser, look);
    await shootQueues(page, look.name);
    await shootCall(page, look.name);
    await shootBatches(page, look.name);
    await shootFirstScreen(page, look.name);
    await page.context().close();
  }
} finally {
  await browser.close();
  await run.stop();
}
process.exit(0);

async function pageOf(of: Browser, { colorScheme, width }: (typeof LOOKS)[number]): Promise<Page> {
  const context = await of.newContext({
    baseURL: run.system.apiUrl,
    colorScheme,
    viewport: { width, height: 900 },
    reducedMotion: "reduce",
    timezoneId: "UTC",
    locale: "en-GB",
  });
  context.setDefaultTimeout(60_000);
  return await context.newPage();
}

/** As high as the page: what is fixed would stand in its middle otherwise. */
async function shoot(page: Page, name: string): Promise<void> {
  const { width = 1280, height = 900 } = page.viewportSize() ?? {};
  await page.setViewportSize({ width, height: 700 });
  const whole = Number(await page.evaluate("document.documentElement.scrollHeight"));
  await page.setViewportSize({ width, height: Math.min(2_200, Math.max(640, whole)) });
  await page.screenshot({ path: `${folder}${name}.png`, animations: "disabled" });
  await page.setViewportSize({ width, height });
  console.log(`docs/images/${name}.png`);
}

async function shootQueues(page: Page, look: string): Promise<void> {
  await page.goto("/queues");
  await page.getByRole("checkbox", { name: /^unreachable/ }).check();
  await page.getByRole("img", { name: /^Results parked: now/ }).waitFor();
  await shoot(page, `queues-${look}`);
}

async function shootCall(page: Page, look: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("searchbox").fill("order 8834");
  await page
    .getByRole("row", { name: /order 8834|\+44•••0101/ })
    .getByRole("link")
    .click();
  await page
    .getByText(/^delivered/)
    .first()
    .waitFor();
  await shoot(page, `call-${look}`);
}

function csvOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const to = index === 16 ? "44770090012a" : `4477009${String(24_000 + index * 100 + 50).padStart(5, "0")}`;
    const pin = index === 75 ? "12x4" : "1234";
    return `${to},${pin},${index === 138 ? "" : "Please enter your PIN."}`;
  });
  return ["to,pin_code,text", ...lines, ""].join("\n");
}

async function shootBatches(page: Page, look: string): Promise<void> {
  await page.goto("/batches");
  const choose = async (name: string, text: string) => {
    await page.getByLabel("choose a file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  };
  if (look === LOOKS[0].name) {
    await choose("spring-pins.csv", csvOf(120));
    await page.getByRole("button", { name: /^Call \d+ numbers$/ }).click();
  }
  await page
    .getByRole("region", { name: /^Batch / })
    .getByText(/^[1-9]\d+ ok$/)
    .waitFor();
  await choose("april.csv", csvOf(200));
  await page.getByText("3 rows cannot").waitFor();
  await shoot(page, `batches-${look}`);
}

async function shootFirstScreen(page: Page, look: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Call me" }).click();
  await page.getByRole("button", { name: "Answer" }).click();
  await page.getByRole("button", { name: "Hang up" }).waitFor();
  await page.getByRole("button", { name: "1", exact: true }).click();
  await page.getByRole("button", { name: "2", exact: true }).click();
  await page.getByRole("img", { name: "2 of 4 digits entered" }).waitFor();
  await shoot(page, `calls-${look}`);
  await page.getByRole("button", { name: "Hang up" }).click();
}
