import { expect, inject, it } from "vitest";
import { everythingKept, newContext, openIn } from "./support/page.ts";

it("a call shows the digits that it has captured when it is asked to, for half a minute, and keeps them nowhere", async () => {
  const apiUrl = inject("apiUrl");
  const authorization = `Bearer ${await (await fetch(`${apiUrl}/_local/jwt`)).text()}`;
  const posted = async (more: Readonly<Record<string, string>>) => {
    const fields = {
      to: "447700900024",
      from: "447700900999",
      ask: "capture",
      max_digits: "4",
      text: "Your code?",
      ...more,
    };
    const answer = await fetch(`${apiUrl}/call`, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams(fields),
    });
    const { tid, status_url } = (await answer.json()) as { tid: string; status_url: string };
    expect(await (await fetch(`${status_url}&wait=25`)).json()).toMatchObject({ tid, status: "ok" });
    return tid;
  };
  const tid = await posted({});
  const context = await newContext();
  const page = await openIn(context);
  await page.clock.install();
  await page.goto(`/calls/${tid}`);
  const facts = page.getByRole("region", { name: "Timeline" });
  const json = page.getByRole("region", { name: "The call as JSON" });
  const show = facts.getByRole("button", { name: "Show the digits" });
  await show.waitFor();
  expect(await json.textContent()).not.toContain("digits");
  await show.click();
  await facts.getByText("1234", { exact: true }).waitFor();
  await page.clock.fastForward(31_000);
  await show.waitFor();
  expect(await facts.getByText("1234", { exact: true }).count()).toBe(0);

  // Those of a result that was delivered are erased with us, and the inbox shows that there were some.
  const delivered = await posted({ callback: `${apiUrl}/_local/inbox` });
  await page.goto(`/calls/${delivered}`);
  const body = page.getByRole("region", { name: "The body of the callback" });
  await body.getByText(/digits=••••/).waitFor();
  expect(await everythingKept(page)).not.toContain("digits=1234");
});
