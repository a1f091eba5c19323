import { expect, inject, it } from "vitest";
import { open } from "./support/page.ts";

it("the reference page shows every request of the api, tries one, and loads nothing from elsewhere", async () => {
  const page = await open("/calls");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto("/docs");
  await page.getByRole("heading", { name: /^Promptcall/ }).waitFor();
  for (const name of [/POST.*\/call$/m, /GET.*\/batches$/m, /GET.*\/asyncapi.json$/m])
    await page.getByRole("button", { name }).first().waitFor();

  await page
    .getByRole("button", { name: /GET.*\/health$/m })
    .first()
    .click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
  await page.locator(".live-responses-table").getByText('"result"').first().waitFor();
  expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([inject("apiUrl")]));
  expect(asked.map((url) => new URL(url).pathname)).toEqual(expect.arrayContaining(["/openapi.json", "/health"]));
});
