import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { everythingKept, open } from "./support/page.ts";

const phoneOf = (page: Page) => page.getByRole("region", { name: "Your phone" });

/** A call that somebody at the page has taken. */
async function talking(page: Page) {
  await page.getByRole("button", { name: /^Call me/ }).click();
  await page.getByRole("button", { name: "Answer" }).click();
  await page.getByRole("button", { name: "Hang up" }).waitFor();
}

async function key(page: Page, digits: string) {
  for (const digit of digits) await page.getByRole("button", { name: digit, exact: true }).click();
}

describe("the phone", () => {
  it("rings, says the prompt, takes a wrong PIN and a right one, and shows the callback, verified", async () => {
    const page = await open();
    await page.getByRole("textbox", { name: "PIN to expect" }).fill("7391");
    await talking(page);
    const captions = page.getByRole("log", { name: "What is said" });
    await captions.getByText("Please enter your PIN.").waitFor();
    await key(page, "73");
    await page.getByRole("img", { name: "2 of 4 digits entered" }).waitFor();
    await key(page, "90");
    await phoneOf(page).getByText("Attempt 2 of 3").waitFor();
    await key(page, "7391");
    await phoneOf(page).getByText("You keyed the right PIN.").waitFor();
    await phoneOf(page)
      .getByText(/^2 attempts, \S+ s on the phone$/)
      .waitFor();

    const callback = page.getByRole("region", { name: "Callback" });
    await callback.getByText("Signature verified").waitFor();
    expect(await callback.getByRole("region", { name: "The body of the callback" }).textContent()).toMatch(
      /^tid=[\da-f-]{36}&to=\+44•••0011&status=ok&reference=your\+phone$/,
    );
    const row = page.getByRole("row", { name: /your phone/ }).first();
    await row.getByText(/^200 in \d+ ms$/).waitFor();
    expect(await row.getByRole("link").textContent()).toBe("+44•••0011");

    await page.getByRole("link", { name: "Open this call" }).click();
    await page.getByRole("heading", { name: "+44•••0011" }).waitFor();
    await page.getByText("The texts are erased when a call is completed.").waitFor();
    expect(await everythingKept(page)).not.toContain("Please enter your PIN.");
  });

  it("shows the request that it sends, with the PIN and the credential hidden", async () => {
    const page = await open();
    await page.getByRole("textbox", { name: "PIN to expect" }).fill("48151");
    const curl = await page.getByRole("region", { name: "The request as curl" }).textContent();
    expect(curl).toContain(`curl ${new URL(page.url()).origin}/call`);
    expect(curl).toMatch(/authorization: Bearer eyJ….{3}'/);
    expect(curl).toContain("pin_code=••••");
    expect(curl).not.toContain("48151");
  });

  it("is declined, and hung up in the middle", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Call me" }).click();
    await page.getByRole("button", { name: "Decline" }).click();
    await phoneOf(page).getByText("You declined the call.").waitFor();
    await talking(page);
    await page.getByRole("button", { name: "Hang up" }).click();
    await phoneOf(page).getByText("You hung up.").waitFor();
    await page
      .getByRole("row", { name: /hung_up/ })
      .first()
      .waitFor();
  });

  it("is used by the keyboard alone, from the first Tab to the last digit", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.getByRole("textbox", { name: "PIN to expect" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Answer" }).waitFor();
    expect(await page.title()).toBe("☎ Ringing · Promptcall");
    const favicon = () => page.locator("link[rel=icon]").getAttribute("href");
    const dotted = await favicon();
    await page
      .getByRole("alert")
      .getByText(/Your phone rings/)
      .waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("a");
    await page.getByRole("button", { name: "Hang up" }).waitFor();
    expect(dotted).toBe(
      (await favicon())?.replace(
        /(?=%3C\/svg%3E$)/,
        "%3Ccircle cx='15' cy='5' r='5' fill='%23d92d20' stroke='%23fff'/%3E",
      ),
    );
    await page.keyboard.press("1");
    await page.getByRole("img", { name: "1 of 4 digits entered" }).waitFor();
    await page.keyboard.press("Backspace");
    for (const digit of "234") await page.keyboard.press(digit);
    await phoneOf(page).getByText("You keyed the right PIN.").waitFor();
  });

  it("says under its field what the api finds wrong, and calls nobody", async () => {
    const page = await open();
    await page.getByRole("textbox", { name: "PIN to expect" }).fill("12a4");
    await page.getByRole("button", { name: "Call me" }).click();
    await phoneOf(page)
      .getByText(/^The call was not placed: /)
      .waitFor();
    const field = page.getByRole("textbox", { name: "PIN to expect" });
    expect(await field.getAttribute("aria-invalid")).toBe("true");
  });

  it("rings in every tab, and is answered in one", async () => {
    const page = await open();
    const other = await page.context().newPage();
    await other.goto("/");
    await page.getByRole("button", { name: "Call me" }).click();
    await other.getByRole("button", { name: "Answer" }).waitFor();
    await page.getByRole("button", { name: "Answer" }).click();
    await other.getByText("Answered in another tab").waitFor();
    await page.getByRole("button", { name: "Hang up" }).click();
    await phoneOf(other).getByText("You hung up.").waitFor();
  });

  it("leaves no PIN, whole number or credential in the document, in storage or in the address", async () => {
    const page = await open();
    const { authorization } = (await (await page.request.get("/_local/credential")).json()) as {
      authorization: string;
    };
    await page.getByRole("textbox", { name: "PIN to expect" }).fill("862045");
    await talking(page);
    await key(page, "862045");
    await phoneOf(page).getByText("You keyed the right PIN.").waitFor();
    await page.getByText("Signature verified").waitFor();
    const kept = await everythingKept(page);
    expect(kept).not.toContain("862045");
    expect(kept).not.toContain(authorization.slice("Bearer ".length));
    expect(kept.replaceAll("to=447700900011", "")).not.toContain("447700900011");
  });
});
