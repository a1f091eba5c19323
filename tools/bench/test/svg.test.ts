import { describe, expect, it } from "vitest";
import { svgOf } from "../report/svg.ts";

const plot = (more: Partial<Parameters<typeof svgOf>[0]> = {}) =>
  svgOf({
    title: "Growth",
    x: "calls",
    y: "seconds",
    lines: [
      {
        name: "measured",
        points: [
          { x: 0, y: 0 },
          { x: 1_000, y: 5 },
        ],
      },
    ],
    ...more,
  });

describe("a plot", () => {
  it("draws the lowest value in the lower left corner of its axes, and the highest in the upper right", () => {
    expect(plot()).toContain('d="M70.0 310.0L700.0 40.0"');
  });

  it("ends its axes at the first round number that is not below the largest value", () => {
    const points = [{ x: 1_234, y: 0.47 }];
    const labels = [...plot({ lines: [{ name: "measured", points }] }).matchAll(/<text[^>]*>([\d.,]+)<\/text>/g)];
    expect(labels.map(([, label]) => label)).toEqual([
      ...["0", "0.1", "0.2", "0.3", "0.4", "0.5"],
      ...["0", "500", "1,000", "1,500"],
    ]);
  });

  it("draws what it is compared with in dashes and without points", () => {
    const points = [
      { x: 0, y: 1 },
      { x: 10, y: 1 },
    ];
    const drawn = plot({ lines: [{ name: "limit", isReference: true, points }] });
    expect(drawn).toContain("stroke-dasharray");
    expect(drawn).not.toContain("<circle");
  });

  it("names what it shows to whoever cannot see it, with what XML keeps for itself spelled out", () => {
    expect(plot({ title: "a < b & c" })).toContain("<title>a &lt; b &amp; c</title>");
  });

  it("is drawn also where nothing was measured but 0", () => {
    const drawn = plot({ lines: [{ name: "measured", points: [{ x: 0, y: 0 }] }] });
    expect(drawn).not.toContain("NaN");
  });
});
