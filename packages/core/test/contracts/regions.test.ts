import { describe, expect, it } from "vitest";
import { CARRIER_HOST, REGIONS, regionalHost } from "../../src/contracts/regions.ts";

describe("the address of a region", () => {
  it("is one of the carrier's own, and another for each", () => {
    const hosts = REGIONS.map((region) => regionalHost({ host: CARRIER_HOST, region }));
    expect(new Set(hosts).size).toBe(REGIONS.length);
    for (const host of hosts) expect(host).toMatch(/^https:\/\/api-(us|eu|ap)-[34]\.vonage\.com$/);
    expect(regionalHost({ host: CARRIER_HOST, region: "eu-west" })).toBe("https://api-eu-3.vonage.com");
  });

  it("is below that of a carrier of one's own", () => {
    expect(regionalHost({ host: "http://localhost:3001", region: "na-east" })).toBe(
      "http://localhost:3001/regions/na-east",
    );
  });

  it("is the carrier's where none is named", () => {
    expect(regionalHost({ host: CARRIER_HOST, region: undefined })).toBe(CARRIER_HOST);
  });
});
