import type { LookupAddress } from "node:dns";
import { describe, expect, it } from "vitest";
import { guardedLookup, type LookupAll } from "../../src/http/guarded-lookup.ts";
import { GLOBAL, NOT_GLOBAL } from "./hostile-addresses.ts";

const withFamily = (address: string): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 });

/** A resolver that answers each time with the next of these. */
function resolver(...answers: readonly (readonly string[])[]) {
  let asked = 0;
  const lookUp: LookupAll = (_name, _options, callback) => callback(null, (answers[asked++] ?? []).map(withFamily));
  return { lookUp, asked: () => asked };
}

function addressesOf(lookUp: LookupAll, { all }: { all: boolean } = { all: true }) {
  return new Promise((resolve, reject) => {
    guardedLookup(lookUp)("name.example", { all }, (error, addresses, family) =>
      error ? reject(error) : resolve(all ? addresses : { address: addresses, family }),
    );
  });
}

const notAllowed = { name: "AddressNotAllowedError", message: "the receiver's address is not allowed" };
const hostile = Object.values(NOT_GLOBAL).flat();

describe("the addresses of a name", () => {
  it.each(hostile)("are none where it is at '%s'", async (address) => {
    await expect(addressesOf(resolver([address]).lookUp)).rejects.toMatchObject(notAllowed);
  });

  it.each(hostile)("are none where one of them is '%s'", async (address) => {
    await expect(addressesOf(resolver(["8.8.8.8", address]).lookUp)).rejects.toMatchObject(notAllowed);
    await expect(addressesOf(resolver(["8.8.8.8", address]).lookUp, { all: false })).rejects.toMatchObject(notAllowed);
  });

  it("are handed over as they were looked at, and not looked up again", async () => {
    const { lookUp, asked } = resolver(GLOBAL, ["127.0.0.1"]);
    expect(await addressesOf(lookUp)).toEqual(GLOBAL.map(withFamily));
    expect(asked()).toBe(1);
  });

  it("are the first of them for whoever takes one", async () => {
    expect(await addressesOf(resolver(["2606:4700:4700::1111", "1.1.1.1"]).lookUp, { all: false })).toEqual({
      address: "2606:4700:4700::1111",
      family: 6,
    });
  });

  it("are none where the resolver says so", async () => {
    const error = Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
    await expect(addressesOf((_name, _options, callback) => callback(error, []))).rejects.toBe(error);
    await expect(addressesOf(resolver([]).lookUp)).rejects.toThrow("no address");
  });
});
