import type { Page } from "playwright-core";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { type StagePage, startStagePage } from "../../tools/console/stage-page.ts";
import { axeFindings, everythingKept, open } from "./support/page.ts";

/** The page before a stage, for which the api of the local run stands. */
async function stagePage(): Promise<StagePage> {
  const page = await startStagePage({ api: inject("apiUrl") });
  onTestFinished(() => page.stop());
  return page;
}

const freshJwt = async () => await (await fetch(`${inject("apiUrl")}/_local/jwt`)).text();

async function give(page: Page, jwt: string): Promise<void> {
  await page.getByRole("button", { name: "Give a credential" }).click();
  await page.getByLabel("Vonage JWT").fill(jwt);
  await page.getByRole("button", { name: "Use it" }).click();
}

async function accepted(jwt: string): Promise<{ tid: string; status_url: string }> {
  const fields = { to: "447700900007", from: "447700900999", pin_code: "1234", text: "Hi", reference: "order 77" };
  const answer = await fetch(`${inject("apiUrl")}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${jwt}` },
    body: new URLSearchParams(fields),
  });
  return (await answer.json()) as { tid: string; status_url: string };
}

describe("the page of a deployed stage", () => {
  it("reads nothing without a credential, and has no phone that would ring a real person", async () => {
    const { url } = await stagePage();
    const page = await open(url);
    await page.getByText("Read only.").waitFor();
    expect(await page.getByRole("region", { name: "Your phone" }).count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await give(page, "a.b");
    await page.getByText("This is not a JWT: it has 2 parts, a JWT has 3.").first().waitFor();
  });

  it("lists calls with a credential, keeps it in memory alone, and forgets it with the next load", async () => {
    const { url } = await stagePage();
    const jwt = await freshJwt();
    await accepted(jwt);
    const page = await open(url);
    await give(page, jwt);
    await page.getByText("Read every 5 s").waitFor();
    await page
      .getByRole("row", { name: /order 77/ })
      .first()
      .waitFor();
    const kept = await everythingKept(page);
    expect(kept).not.toContain(jwt);
    expect(kept).not.toContain("447700900007");
    await page.reload();
    await page.getByText("Read only.").waitFor();
  });

  it("shows one call by its status address, and takes the token out of the browser's", async () => {
    const { url } = await stagePage();
    const { tid, status_url } = await accepted(await freshJwt());
    const token = new URL(status_url).searchParams.get("token") ?? "";
    const page = await open(`${url}/calls/${tid}?token=${token}`);
    await page.getByRole("heading", { name: "+44•••0007" }).waitFor();
    expect(page.url()).toBe(`${url}/calls/${tid}`);
    expect(await everythingKept(page)).not.toContain(token);
  });
});
