import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { fromHereAlone } from "../from-here.ts";

const app = new Hono();
app.use("/_local/*", fromHereAlone);
app.get("/_local/credential", (c) => c.text("secret"));

const statusOf = async (host: string, site?: string) =>
  (
    await app.request(
      `http://${host}/_local/credential`,
      site === undefined ? {} : { headers: { "sec-fetch-site": site } },
    )
  ).status;

describe("what only a local run has", () => {
  it.each(["127.0.0.1:3000", "localhost:3000", "[::1]:3000"])(
    "is told under the machine's own name, %s",
    async (host) => {
      expect([await statusOf(host), await statusOf(host, "same-origin"), await statusOf(host, "none")]).toEqual([
        200, 200, 200,
      ]);
    },
  );

  it("is told under no other name, and to no page from elsewhere", async () => {
    expect(await statusOf("promptcall.example")).toBe(403);
    expect(await statusOf("127.0.0.1:3000", "cross-site")).toBe(403);
    expect(await statusOf("127.0.0.1:3000", "same-site")).toBe(403);
  });

  it("is kept by no cache", async () => {
    const { headers } = await app.request("http://localhost/_local/credential");
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  });
});
