import { expect, inject, it } from "vitest";
import { open } from "./support/page.ts";

it("the reference page shows every request of the api, sends one, and loads nothing from elsewhere", async () => {
  const page = await open("/calls");
  const asked: URL[] = [];
  page.on("request", (request) => asked.push(new URL(request.url())));
  await page.goto("/docs");
  await page.getByRole("heading", { name: /^Promptcall/ }).waitFor();
  const operation = (tag: string, id: string) => page.locator(`#operations-${tag}-${id}`);
  await operation("calls", "postCall").waitFor();
  await operation("batches", "listBatches").waitFor();

  const health = operation("service", "getHealth");
  await health.getByRole("button").first().click();
  await health.getByRole("button", { name: "Try it out" }).click();
  await health.getByRole("button", { name: "Execute" }).click();
  await health.locator(".live-responses-table").getByText('"result"').first().waitFor();
  expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([inject("apiUrl")]));
  expect(asked.map(({ pathname }) => pathname)).toEqual(expect.arrayContaining(["/openapi.json", "/health"]));
});
