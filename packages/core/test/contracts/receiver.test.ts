import { describe, expect, it } from "vitest";
import { basicAuthorization, namedReceiver, resultParametersIn, shownAddress } from "../../src/contracts/receiver.ts";

describe("the receiver that a request names", () => {
  it.each(["https://a.example/r?x=%41", "https://A.example", "http://a.example:8080/#x"])(
    "is an address as it was written: %s",
    (url) => expect(namedReceiver(url)).toEqual({ url }),
  );

  it.each([
    ["https://user:password@a.example/r?x=1", "https://a.example/r?x=1", "user:password"],
    ["https://user@a.example/", "https://a.example/", "user:"],
    ["https://:token@a.example/", "https://a.example/", ":token"],
    ["https://u%40x:p%3A%2F%20%25@a.example/", "https://a.example/", "u@x:p:/ %"],
    ["https://us%C3%A9r:p%C3%A4ss@a.example/", "https://a.example/", "usér:päss"],
    ["https://user:pa:ss@a.example/", "https://a.example/", "user:pa:ss"],
  ])("has its user name and password apart: %s", (written, url, basic) => {
    expect(namedReceiver(written)).toEqual({ url, basic });
  });

  it.each([
    ["a name with a colon, which would end there", "https://us%3Aer:x@a.example/"],
    ["a line end", "https://user:a%0Ab@a.example/"],
    ["a zero", "https://us%00er:a@a.example/"],
    ["what is no UTF-8", "https://user:%FF@a.example/"],
    ["what is not encoded", "https://user:%zz@a.example/"],
  ])("cannot be one with %s", (_, written) => {
    expect(namedReceiver(written)).toBeUndefined();
  });

  it("sees them as RFC 7617 has them, in UTF-8", () => {
    expect(basicAuthorization("Aladdin:open sesame")).toBe("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    expect(basicAuthorization("test:123£")).toBe("Basic dGVzdDoxMjPCow==");
  });
});

describe("a parameter of the receiver's own", () => {
  const taken = (query: string) => resultParametersIn(new URL(`https://a.example/r${query}`));

  it.each([
    ["?tid=1", ["tid"]],
    ["?x=1&status=ok", ["status"]],
    ["?Status=ok", ["status"]],
    ["?%73tatus=ok", ["status"]],
    ["?status[]=ok", ["status"]],
    ["?status%5Bx%5D=ok", ["status"]],
    ["?+status=ok", ["status"]],
    ["?x=1;status=ok", ["status"]],
    ["?status", ["status"]],
    ["?to=1&reference=2&reason=3", ["to", "reason", "reference"]],
  ])("that a reader may take for one of the result is named: %s", (query, expected) => {
    expect(taken(query)).toEqual(expected);
  });

  it.each(["", "?", "?x=tid", "?my_tid=1&status_code=2", "?tids=1", "?x=to&y=%26status%3Dok", "?%3Bstatus=1#tid=1"])(
    "is any other: %s",
    (query) => expect(taken(query)).toEqual([]),
  );
});

it.each([
  ["https://a.example/r", "https://a.example/r"],
  ["https://a.example:8443/r?", "https://a.example:8443/r"],
  ["https://user:password@a.example/r#x", "https://a.example/r"],
  ["https://a.example/r?key=1&key=2", "https://a.example/r?key=***&key=***"],
  ["https://a.example/r?secret", "https://a.example/r?***"],
  ["https://a.example/r?a=b=c&&", "https://a.example/r?a=***&***&***"],
])("an address is shown without what is secret in it: %s", (url, shown) => {
  expect(shownAddress(url)).toBe(shown);
});
