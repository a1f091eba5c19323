import type { Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { postCall } from "../../tools/system/caller.ts";
import { axeFindings, open } from "./support/page.ts";

let tid: string;

beforeAll(async () => {
  const apiUrl = inject("apiUrl");
  const jwt = await (await fetch(`${apiUrl}/_local/jwt`)).text();
  const fields = { to: "447700900005", from: "447700900999", pin_code: "1234", text: "Hi", reference: "order 1" };
  tid = await postCall({ apiUrl, jwt, fields });
});

const isTooWide = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");

describe("axe finds nothing, and nothing is wider than the page", () => {
  it("on any screen, light or dark, wide or narrow", async () => {
    const page = await open("/");
    // As by Back: the page stays loaded, and so does axe.
    const go = (path: string) =>
      page.evaluate(`history.pushState(null, "", "${path}"); dispatchEvent(new PopStateEvent("popstate"))`);
    const screens = [
      [`/calls/${tid}`, page.getByText("Result: error, busy")],
      ["/batches", page.getByText("Drop a CSV here")],
      ["/queues", page.getByRole("img", { name: /^Results parked/ })],
      ["/", page.getByRole("button", { name: "Call me" })],
    ] as const;
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const [path, landmark] of screens) {
        await go(path);
        await landmark.first().waitFor();
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          expect([colorScheme, width, path, await axeFindings(page)]).toEqual([colorScheme, width, path, []]);
        }
        expect([width, path, await isTooWide(page)]).toEqual([width, path, false]);
      }
    }
  });

  it("is light or dark as the system is, or as somebody wants it from then on", async () => {
    const page = await open("/", { colorScheme: "dark" });
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const dark = await ground();
    await page.getByRole("button", { name: "Theme: system" }).click();
    await page.getByRole("button", { name: "Theme: light" }).waitFor();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.getByRole("button", { name: "Theme: light" }).click();
    expect(await ground()).toBe(dark);
    await page.getByRole("button", { name: "Theme: dark" }).click();
    await page.getByRole("button", { name: "Theme: system" }).waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
  });

  it("leads by the keyboard from one screen to the next, whose heading gets the focus", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: "Call me" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await page.getByRole("heading", { name: "Batches", level: 1 }).waitFor();
    expect(await page.locator(":focus").textContent()).toBe("Batches");
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.getByRole("heading", { name: "Queues", level: 1 }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Shortcuts" }).waitFor({ state: "hidden" });
  });
});
