import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import { FIXTURE } from "./support/fixture.ts";

describe("the front of a local run", () => {
  let local: Local;

  beforeAll(async () => {
    local = await startLocal({
      root: FIXTURE,
      front: ({ url }, response) => {
        if (url !== "/_local/page") return false;
        response.end("the page");
        return true;
      },
    });
  }, 20_000);
  afterAll(() => local.stop());

  it("answers what it takes, before the api is asked, and leaves the rest to the api", async () => {
    const answered = await fetch(`${local.outputs.api}/_local/page`);
    expect([answered.status, await answered.text()]).toEqual([200, "the page"]);
    const { event } = (await (await fetch(`${local.outputs.api}/echo/page`)).json()) as { event: { rawPath: string } };
    expect(event.rawPath).toBe("/echo/page");
  });

  it("stands before no function's own address", async () => {
    const answered = await fetch(`${local.resource("Direct").url}/_local/page`);
    expect(await answered.text()).not.toBe("the page");
  });
});
