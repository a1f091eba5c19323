import { describe, expect, it } from "vitest";
import { open } from "./support/page.ts";

describe("on a narrow page", () => {
  it("the request is folded to its head, and opened by its button; calls can be announced", async () => {
    const page = await open("/", { viewport: { width: 360, height: 800 } });
    const curl = page.getByRole("region", { name: "The request as curl" });
    const fold = page.getByRole("button", { name: "Show the request" });
    await fold.waitFor();
    expect([await curl.isVisible(), await fold.getAttribute("aria-expanded")]).toEqual([false, "false"]);
    await fold.click();
    await curl.waitFor();
    expect(await fold.getAttribute("aria-expanded")).toBe("true");

    const announce = page.getByRole("button", { name: "Announce calls" });
    await announce.click();
    expect(await announce.getAttribute("aria-pressed")).toBe("true");
  });
});
