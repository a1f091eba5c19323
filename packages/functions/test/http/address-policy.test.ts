import { describe, expect, it } from "vitest";
import { type AddressPolicy, faultOf } from "../../src/http/address-policy.ts";
import { GLOBAL, HOSTILE_HOSTS } from "./hostile-addresses.ts";

const DEPLOYED: AddressPolicy = { privateNetworks: false, ports: [80, 443, 8080, 8443] };

/** What no URL can be made of is refused before. */
const isRefused = (url: string) => !URL.canParse(url) || faultOf(new URL(url), DEPLOYED) !== undefined;

describe("an address that results may not be sent to", () => {
  it("is every one that is not of the internet at large, however it is written", () => {
    expect(HOSTILE_HOSTS.length).toBeGreaterThan(200);
    const through = HOSTILE_HOSTS.filter(([host]) => !isRefused(`https://${host}/result`));
    expect(through).toEqual([]);
  });

  it.each(["ftp://a.example", "file:///etc/passwd", "gopher://a.example", "data:,x", "javascript:0"])(
    "has another scheme: %s",
    (url) => expect(faultOf(new URL(url), DEPLOYED)).toBe("scheme"),
  );

  it.each([22, 25, 53, 81, 3306, 6379, 8000, 8081, 9200, 65_535])("has a port that is not listed: %i", (port) => {
    for (const scheme of ["http", "https"])
      expect(faultOf(new URL(`${scheme}://a.example:${port}/`), DEPLOYED)).toBe("port");
  });
});

describe("an address that results may be sent to", () => {
  it("is every one of the internet at large", () => {
    const hosts = GLOBAL.map((one) => (one.includes(":") ? `[${one}]` : one));
    expect(hosts.filter((host) => isRefused(`https://${host}/`))).toEqual([]);
  });

  it.each([
    ...[
      "https://a.example",
      "http://a.example",
      "https://a.example:8443/x",
      "http://a.example:8080",
      "http://a.example:443",
    ],
    ...[
      "https://xn--bcher-kva.example/",
      "https://bücher.example/",
      "https://localhost.example",
      "https://a.example./",
    ],
  ])("may be a name, at a port that is listed: %s", (url) => {
    expect(faultOf(new URL(url), DEPLOYED)).toBeUndefined();
  });

  it("has any port that a deployment lists", () => {
    const ports = [80, 9443];
    expect(faultOf(new URL("https://a.example:9443"), { ...DEPLOYED, ports })).toBeUndefined();
  });

  it("is at a host that its application names, where it names any", () => {
    const fault = (url: string) => faultOf(new URL(url), { ...DEPLOYED, hosts: ["a.example", "b.example:9443"] });
    const allowed = ["https://a.example", "http://A.example:8080/x", "https://b.example:9443/"];
    expect(allowed.map(fault)).toEqual([undefined, undefined, undefined]);
    const refused = ["https://c.example", "https://b.example", "https://x.a.example", "https://a.example:9443"];
    expect(refused.map(fault)).toEqual(["host", "host", "host", "port"]);
    const numbered = { ...DEPLOYED, hosts: ["127.0.0.1:9443"] };
    expect(faultOf(new URL("https://127.0.0.1:9443"), numbered)).toBe("address");
  });

  it("is any on one machine", () => {
    const local = { privateNetworks: true, ports: [] };
    for (const url of ["http://127.0.0.1:8000/", "http://localhost:3", "http://[::1]:9"])
      expect(faultOf(new URL(url), local)).toBeUndefined();
  });
});
