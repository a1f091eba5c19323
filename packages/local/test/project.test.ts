import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startLocal } from "../src/local.ts";

it("the project's own stacks start, answer and stop", async () => {
  const local = await startLocal({ root: fileURLToPath(new URL("../../..", import.meta.url)) });
  try {
    const response = await fetch(`${local.outputs.api}/no-such-page`);
    expect(response.status).toBe(404);
    expect(local.graph.mappings.every(({ partialResponses }) => partialResponses)).toBe(true);
  } finally {
    await local.stop();
  }
}, 20_000);
