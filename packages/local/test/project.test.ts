import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startLocal } from "../src/local.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

it("the project's own stacks start, answer and stop", async () => {
  const local = await startLocal({ root: ROOT });
  try {
    const response = await fetch(`${local.outputs.api}/no-such-page`);
    expect(response.status).toBe(404);
    expect(local.graph.mappings.every(({ partialResponses }) => partialResponses)).toBe(true);
  } finally {
    await local.stop();
  }
}, 20_000);

it("the stacks of production are refused by an account of ten that they do not know of, for what they reserve", async () => {
  const starting = startLocal({ root: ROOT, stage: "production", accountConcurrency: 10 });
  await expect(starting).rejects.toThrow("UnreservedConcurrentExecution below its minimum value of [10]");
});
