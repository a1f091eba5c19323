import { text } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeFindings, everythingKept, open } from "./support/page.ts";

/** Of people who pick up and key the PIN, or are busy: others take longer, or ring at the page. */
const NUMBERS = Array.from({ length: 400 }, (_, index) => `447700900${String(index).padStart(3, "0")}`).filter(
  (number) => Number(number.slice(-2)) > 49 || number.endsWith("05"),
);

function csv(rows: number, wrong: Readonly<Record<number, string>> = {}): string {
  const lines = NUMBERS.slice(0, rows).map((to, index) => wrong[index + 2] ?? `${to},1234,Please enter your PIN.`);
  return ["to,pin_code,text", ...lines, ""].join("\n");
}

/** Three rows that cannot be called, by their line in the file. */
const WRONG = {
  18: "44770090012a,1234,Please enter your PIN.",
  77: "447700900099,58x31,Please enter your PIN.",
  140: "447700900100,1234,",
};

async function choose(page: Page, name: string, content: string) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByLabel("choose a file").click()]);
  await chooser.setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
}

async function downloaded(page: Page, button: string, within = page.getByRole("main")) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    within.getByRole("button", { name: button }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await text(await download.createReadStream()) };
}

describe("a batch", () => {
  it("is checked before anybody is called, and tells which rows are wrong and why", async () => {
    const page = await open("/batches");
    await choose(page, "april.csv", csv(200, WRONG));
    const check = page.getByRole("region", { name: "Check of april.csv" });
    await check.getByText("197 rows can be called. 3 rows cannot.").waitFor();
    const rows = check.getByRole("row");
    const lines = await Promise.all([1, 2, 3].map((at) => rows.nth(at).getByRole("cell").allTextContents()));
    expect(lines.map((cells) => cells.slice(0, 3))).toEqual([
      ["18", "to", "447•••"],
      ["77", "pin_code", "••••"],
      ["140", "text", ""],
    ]);
    expect(lines[2]?.[3]).toBe("is missing");
    expect(await everythingKept(page)).not.toContain("58x31");
    expect(await axeFindings(page)).toEqual([]);

    const wrong = await downloaded(page, "Wrong rows as CSV");
    expect(wrong.name).toBe("wrong-april.csv");
    expect(wrong.text.split("\r\n")).toHaveLength(5);
    expect(wrong.text.split("\r\n")[3]).toBe("447700900100,1234,,text is missing");
  });

  it("is started, paused, resumed, and cancelled after a question; its results are had as CSV", async () => {
    const page = await open("/batches");
    await choose(page, "pins.csv", csv(200, WRONG));
    await page.getByRole("button", { name: "Call 197 numbers" }).click();
    await page.getByText("pins.csv is accepted without 3 rows.").first().waitFor();
    await page.getByRole("button", { name: "Show the 3" }).click();
    const check = page.getByRole("region", { name: "Check of pins.csv" });
    await check.getByText("3 rows cannot. The others are accepted.").waitFor();
    expect(await check.getByRole("row").count()).toBe(4);
    expect(await check.getByRole("button", { name: /^Call / }).count()).toBe(0);
    const batch = page.getByRole("region", { name: "Batch pins.csv" });
    await batch.getByRole("button", { name: "Pause" }).click();
    await batch.getByText(/^paused, \d+ wait$/).waitFor();
    const waiting = Number.parseInt((await batch.getByText(/^\d+ queued$/).textContent()) ?? "", 10);
    expect(waiting).toBeGreaterThan(0);
    await batch.getByRole("button", { name: "Resume" }).click();
    await batch.getByRole("button", { name: "Pause" }).waitFor();
    await batch.getByText(new RegExp(`^(?!${waiting} )\\d+ queued$`)).waitFor();
    await batch.getByText(/^[1-9]\d* ok$/).waitFor();

    await batch.getByRole("button", { name: "Cancel the rest" }).click();
    const dialog = page.getByRole("dialog", { name: /^Cancel the \d+ calls that wait\?$/ });
    expect(await dialog.locator(":focus").textContent()).toBe("Keep calling");
    await dialog.getByRole("button", { name: /^Cancel \d+ calls$/ }).click();
    const done = page.getByRole("region", { name: "Other batches" }).getByRole("row", { name: /cancelled pins\.csv/ });
    await done.getByText(/^\d+ ok, 0 failed, [1-9]\d+ error$/).waitFor();
    const results = await downloaded(page, "Results as CSV", done);
    expect(results.name).toBe("results-pins.csv");
    const lines = results.text.trim().split("\r\n");
    expect(lines[0]).toMatch(/^index,tid,to,/);
    expect(lines.filter((line) => line.includes(",completed,ok,")).length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes(",error,cancelled,")).length).toBeGreaterThan(0);

    await done.getByRole("link", { name: "pins.csv" }).click();
    await page.getByRole("heading", { name: "pins.csv" }).waitFor();
    await page
      .getByRole("region", { name: "Calls of the batch" })
      .getByText(/of 100$/)
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each([
    ["another header", "number,pin_code,text\n447700900001,1234,Hi\n", /number/],
    ["no rows", "to,pin_code,text\n", "There are no calls in the request."],
    ["a column twice", "to,to,pin_code,text\n447700900001,447700900001,1234,Hi\n", "The column to is there twice."],
  ])("of a file with %s is refused in one sentence, and nothing is sent", async (_, text, sentence) => {
    const page = await open("/batches");
    await choose(page, "odd.csv", text);
    await page.getByRole("region", { name: "Check of odd.csv" }).getByText(sentence).waitFor();
    expect(await page.getByRole("button", { name: /^Call / }).count()).toBe(0);
  });
});
