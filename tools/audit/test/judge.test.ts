import { describe, expect, it } from "vitest";
import { judged } from "../judge.ts";

const audit = (vulnerabilities: Readonly<Record<string, string>>) =>
  JSON.stringify({
    vulnerabilities: Object.fromEntries(
      Object.entries(vulnerabilities).map(([name, severity]) => [name, { name, severity, range: "<2" }]),
    ),
    metadata: { dependencies: { prod: 2, total: 9 } },
  });

describe("an audit", () => {
  it.each(["high", "critical"])("fails over what is deployed and is %s", (severity) => {
    const both = audit({ hono: severity });
    expect(judged({ deployed: both, all: both })).toEqual({
      lines: [
        `deployed, ${severity}: hono <2`,
        "9 packages audited: 1 vulnerable in what is deployed, 0 in tools alone.",
      ],
      fails: true,
    });
  });

  it("tells of what is less, and of tools, and goes on", () => {
    expect(
      judged({ deployed: audit({ hono: "moderate" }), all: audit({ hono: "moderate", sst: "critical" }) }),
    ).toEqual({
      lines: [
        "deployed, moderate: hono <2",
        "tools alone, critical: sst <2",
        "9 packages audited: 1 vulnerable in what is deployed, 1 in tools alone.",
      ],
      fails: false,
    });
  });

  it.each([
    ["nothing", ""],
    ["an error", JSON.stringify({ message: "request failed", error: { code: "ENOAUDIT" } })],
    ["something that is not JSON", "npm error"],
  ])("says that nothing was audited where the registry gives %s", (_, printed) => {
    const silent = { lines: ["The registry did not answer: nothing was audited."], fails: false };
    expect(judged({ deployed: printed, all: audit({}) })).toEqual(silent);
    expect(judged({ deployed: audit({}), all: printed })).toEqual(silent);
  });
});
