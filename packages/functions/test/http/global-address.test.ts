import { describe, expect, it } from "vitest";
import { isGlobalAddress } from "../../src/http/global-address.ts";
import { GLOBAL, NOT_GLOBAL } from "./hostile-addresses.ts";

describe("an address of the internet at large", () => {
  it.each(Object.entries(NOT_GLOBAL))("is none that is %s", (_, addresses) => {
    expect(addresses.filter(isGlobalAddress)).toEqual([]);
  });

  it("is any other", () => {
    expect(GLOBAL.filter((address) => !isGlobalAddress(address))).toEqual([]);
  });
});
