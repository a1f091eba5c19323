import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { Journal } from "../../tools/console/journal.ts";
import { axeFindings, everythingKept, open, openIn } from "./support/page.ts";
import { call, over, startStage } from "./support/stage.ts";

const list = (page: Page) => page.getByRole("region", { name: "Calls", exact: true });
const rowOf = (page: Page, index: number) => list(page).getByRole("row", { name: new RegExp(`order ${index} `) });
const busy = { state: "completed", status: "error", reason: "busy", dialed_at: "2026-11-30T09:59:00.000Z" } as const;

describe("the list of calls", () => {
  it("shows 10,000 rows with at most 60 in the document, from the first to the last, while calls change", async () => {
    const stage = await startStage();
    for (let index = 0; index < 10_000; index += 1) stage.journal.publish({ event: "call", data: call(index) });
    const page = await open(stage.url);
    await list(page)
      .getByText(/of 10,000$/)
      .waitFor();
    await page.evaluate(`new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) globalThis.longest = Math.max(globalThis.longest ?? 0, duration);
    }).observe({ type: "longtask" })`);
    for (let index = 0; index < 300; index += 1)
      stage.journal.publish({ event: "call", data: call(9_999 - index, busy) });
    await rowOf(page, 9_999).getByText("busy").waitFor();
    const inDocument = async () => await list(page).getByRole("row").count();
    expect(await inDocument()).toBeLessThanOrEqual(60);

    await rowOf(page, 9_999).focus();
    await page.keyboard.press("End");
    await rowOf(page, 0).waitFor();
    expect(await page.locator(":focus").getAttribute("aria-rowindex")).toBe("10001");
    expect(await inDocument()).toBeLessThanOrEqual(60);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    expect(await page.locator(":focus").textContent()).toContain("order 9998");
    const measured = await page.evaluate(
      "({ rows: document.querySelectorAll('tr').length, longestTaskMs: globalThis.longest ?? 0, memoryMb: performance.memory?.usedJSHeapSize / 1e6, firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime })",
    );
    console.log("10,000 rows:", JSON.stringify(measured));
  });

  it("moves nothing under a pointer: new calls wait behind a bar, and one that leaves the filter stays there", async () => {
    const stage = await startStage();
    for (let index = 0; index < 5; index += 1) stage.journal.publish({ event: "call", data: call(index) });
    stage.journal.publish({
      event: "counts",
      data: {
        at: "2026-11-30T10:00:00Z",
        queued: 5,
        live: 0,
        done: 0,
        cancelled: 0,
        failed: 0,
        failed_pins: 0,
        errors: 0,
        parked: 0,
      },
    });
    const page = await open(stage.url);
    await page.getByRole("button", { name: /Queued/ }).click();
    await rowOf(page, 4).hover();
    stage.journal.publish({ event: "call", data: call(5) });
    stage.journal.publish({ event: "call", data: call(4, over) });
    await page.getByRole("button", { name: /^Show 1 new call/ }).waitFor();
    await rowOf(page, 4).getByText("ok").waitFor();
    expect(new URL(page.url()).search).toBe("?show=queued");
    await page.keyboard.press("n");
    await rowOf(page, 5).waitFor();
    await rowOf(page, 4).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /Queued/ }).click();
    await rowOf(page, 4).waitFor();
  });

  it("has rows that are selected by the keyboard, to do one thing with all of them", async () => {
    const stage = await startStage();
    const callback = { state: "delivered", attempts: [] } as const;
    for (let index = 0; index < 3; index += 1)
      stage.journal.publish({ event: "call", data: call(index, index === 2 ? { ...over, callback } : {}) });
    const page = await open(stage.url);
    await rowOf(page, 2).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("j");
    await page.keyboard.press("Space");
    await list(page).getByText("2 calls selected").waitFor();
    await list(page).getByRole("button", { name: "Send 1 result again" }).waitFor();
    await list(page).getByRole("button", { name: "Cancel 1" }).waitFor();
    expect(
      await list(page)
        .getByRole("row", { name: /selected/ })
        .count(),
    ).toBe(2);
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Space");
    await list(page).getByText("1 call selected").waitFor();
    await list(page).getByRole("button", { name: "Cancel 1" }).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await list(page)
      .getByText(/selected$/)
      .first()
      .waitFor({ state: "detached" });
    await rowOf(page, 0).click({ modifiers: ["Control"] });
    await list(page).getByText("1 call selected").waitFor();
  });

  it("says to a screen reader what has changed, where it is asked to, in one sentence", async () => {
    const stage = await startStage();
    for (let index = 0; index < 3; index += 1) stage.journal.publish({ event: "call", data: call(index) });
    const page = await open(stage.url);
    await rowOf(page, 2).waitFor();
    await list(page).getByRole("button", { name: "Announce calls" }).click();
    for (const index of [0, 1]) stage.journal.publish({ event: "call", data: call(index, over) });
    stage.journal.publish({ event: "call", data: call(2, busy) });
    await page
      .getByRole("status")
      .getByText(/^In the last 5 s: (3 new, )?2 done, 1 failed$/)
      .waitFor();
  });

  it("leads to a call, which shows what is said in it while it lives, and nothing of that when it is over", async () => {
    const stage = await startStage();
    const uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356";
    stage.journal.publish({ event: "call", data: call(1, { state: "answered", uuid }) });
    const page = await open(stage.url);
    await rowOf(page, 1).getByRole("link").click();
    const said = page.getByRole("region", { name: "What was said" });
    await said.getByText("Nothing has been said yet.").waitFor();
    const first = { text: "Please enter your PIN.", at: "2026-11-30T10:00:01.000Z" };
    stage.journal.publish({ event: "said", data: { uuid, said: [first] } });
    await said.getByText(first.text).waitFor();
    const again = { text: "Noch einmal bitte.", at: "2026-11-30T10:00:09.000Z", language: "de-DE" };
    stage.journal.publish({ event: "said", data: { uuid, said: [first, again] } });
    await said.locator("[lang=de-DE]").getByText(again.text).waitFor();
    expect(await said.getByRole("listitem").count()).toBe(2);
    stage.journal.publish({ event: "call", data: call(1, { ...over, uuid }) });
    stage.journal.publish({ event: "said", data: { uuid, said: [] } });
    await said.getByText("The texts are erased when a call is completed.").waitFor();
    expect(await everythingKept(page)).not.toContain(first.text);
  });

  it("is where it was after the connection was cut: nothing is lost, and nothing is there twice", async () => {
    const stage = await startStage();
    stage.journal.publish({ event: "call", data: call(1) });
    const page = await open(stage.url);
    await rowOf(page, 1).waitFor();
    await stage.cut();
    await page.getByText(/^Reconnecting, try \d+$/).waitFor();
    stage.journal.publish({ event: "call", data: call(1, over) });
    stage.journal.publish({ event: "call", data: call(2) });
    await stage.mend();
    await rowOf(page, 2).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await rowOf(page, 1).getByText("ok").waitFor();
    expect(await list(page).getByRole("row").count()).toBe(3);
  });

  it("is read anew where the server was started again, and so is the call that somebody looks at", async () => {
    const stage = await startStage();
    for (const index of [1, 2]) stage.journal.publish({ event: "call", data: call(index) });
    const page = await open(stage.url);
    await rowOf(page, 1).waitFor();
    const screen = await openIn(page.context(), `${stage.url}/calls/${call(2).tid}`);
    await screen.getByRole("heading", { name: "+44•••0002" }).waitFor();
    await stage.cut();
    stage.journal = new Journal();
    stage.journal.publish({ event: "call", data: call(7) });
    stage.journal.publish({ event: "call", data: call(2, over) });
    await stage.mend();
    await rowOf(page, 7).waitFor();
    await rowOf(page, 1).waitFor({ state: "detached" });
    await screen.getByText("Result: ok").waitFor();
  });

  it("comes by one stream to two tabs, and goes on where the first of them is closed", async () => {
    const stage = await startStage();
    stage.journal.publish({ event: "call", data: call(1) });
    const page = await open(stage.url);
    await rowOf(page, 1).waitFor();
    const other = await openIn(page.context(), stage.url);
    await rowOf(other, 1).waitFor();
    await expect.poll(() => stage.streams.open).toBe(1);
    stage.journal.publish({ event: "call", data: call(2) });
    await Promise.all([rowOf(page, 2).waitFor(), rowOf(other, 2).waitFor()]);
    await page.close();
    await expect.poll(() => stage.streams.open).toBe(1);
    stage.journal.publish({ event: "call", data: call(3) });
    await rowOf(other, 3).waitFor();
  });

  it("fits into 320 pixels, and into a page with letters of twice the size", async () => {
    const stage = await startStage();
    for (let index = 0; index < 20; index += 1)
      stage.journal.publish({ event: "call", data: call(index, index % 2 === 0 ? over : busy) });
    const page = await open(stage.url, { viewport: { width: 320, height: 800 } });
    await list(page).getByRole("link", { name: "+44•••0019" }).waitFor();
    const overflows = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
    expect(await page.evaluate(overflows)).toBe(false);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    expect(await page.evaluate(overflows)).toBe(false);
  });
});
