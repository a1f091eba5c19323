import { expect, inject, it } from "vitest";
import { axeFindings, everythingKept, newContext, openIn } from "./support/page.ts";

/** The page as it is where Vonage is called, for which the simulated carrier of the shared run stands. */
async function realPage() {
  const context = await newContext();
  const callback = `${inject("apiUrl")}/_local/inbox`;
  await context.route("**/_local/credential", (route) =>
    route.fulfill({ json: { carrier: "vonage", callback, speed: 1 } }),
  );
  return await openIn(context);
}

it("a real call says what it needs, takes a credential into memory alone, and shows how it went, number and all masked", async () => {
  const page = await realPage();
  const phone = page.getByRole("region", { name: "A real call" });
  const call = phone.getByRole("button", { name: "Call me" });
  await phone.getByText("npm run -s jwt -- private.key <application id>").waitFor();
  expect(await call.getAttribute("title")).toBe("Give a credential first.");
  expect(await axeFindings(page)).toEqual([]);

  await page.setViewportSize({ width: 360, height: 900 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  await page.setViewportSize({ width: 1280, height: 900 });

  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Batches" }).click();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByLabel("choose a file").click()]);
  const csv = "to,pin_code,text\n447700900001,1234,Hi\n";
  await chooser.setFiles({ name: "april.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("region", { name: "Check of april.csv" }).getByText("Give a credential first.").waitFor();
  await page.getByRole("banner").getByRole("button", { name: "Give a credential" }).waitFor();
  await main.getByRole("link", { name: "Calls" }).click();

  const jwt = await (await fetch(`${inject("apiUrl")}/_local/jwt`)).text();
  await phone.getByRole("button", { name: "Give a credential" }).click();
  await page.getByLabel("Vonage JWT").fill(jwt);
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByRole("banner").getByRole("button", { name: "Give a credential" }).waitFor({ state: "detached" });
  await phone.getByText(/^Credential good until \d\d:\d\d\./).waitFor();
  expect(await call.getAttribute("title")).toBe("Give the number to call, and a number of your account.");
  await phone.getByLabel("Number to call").fill("447700900224");
  await phone.getByLabel("A number of your account").fill("447700900999");
  const curl = page.getByRole("region", { name: "The request as curl" });
  await curl.getByText("to=+44•••0224").waitFor();
  await call.click();

  await phone.getByText("attempt 1 of 3").waitFor();
  await phone.getByRole("link", { name: "Open this call" }).waitFor();
  await page.getByRole("region", { name: "Callback" }).getByText("Signature verified").waitFor();
  await page
    .getByRole("row", { name: /\+44•••0224/ })
    .getByText("ok")
    .waitFor();
  const kept = await everythingKept(page);
  for (const secret of [jwt, "447700900224", "pin_code=1234"]) expect(kept).not.toContain(secret);
  await page.reload();
  await phone.getByRole("button", { name: "Give a credential" }).waitFor();
});
