import { describe, expect, it } from "vitest";
import { answered, asking, standingOf } from "../../src/acceptance/proof.ts";

describe("what is remembered of a credential", () => {
  it("is a yes until the credential ends", () => {
    const record = answered("yes", { nowMs: 1_000, credentialUntilMs: 900_000 });
    expect(standingOf(record, 899_999)).toBe("yes");
    expect(standingOf(record, 900_000)).toBe("open");
  });

  it("is a no for a minute", () => {
    const record = answered("no", { nowMs: 1_000, credentialUntilMs: 900_000 });
    expect(standingOf(record, 60_999)).toBe("no");
    expect(standingOf(record, 61_000)).toBe("open");
  });

  it("is that somebody asks, until that one must be dead", () => {
    const record = asking(1_000);
    expect(standingOf(record, 6_999)).toBe("asking");
    expect(standingOf(record, 7_000)).toBe("open");
  });

  it("is nothing at first", () => {
    expect(standingOf(undefined, 0)).toBe("open");
  });
});
