import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { builtPage } from "../../../tools/console/build.ts";

const LARGEST_BYTES = 60_000;

describe("the built page", () => {
  it("is less than 60 kB gzipped without the charts, which are a chunk of their own", async () => {
    const folder = await builtPage();
    const assets = readdirSync(path.join(folder, "assets")).map((name) => path.join("assets", name));
    const sizes = ["index.html", ...assets].map((name) => ({
      name,
      bytes: gzipSync(readFileSync(path.join(folder, name))).length,
    }));
    const charts = sizes.filter(({ name }) => name.includes("chart-"));
    const first = sizes.filter((file) => !charts.includes(file)).reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`The page is ${first} bytes gzipped, its charts ${charts.reduce((sum, { bytes }) => sum + bytes, 0)}.`);
    expect(charts).toHaveLength(2);
    expect(assets.filter((name) => readFileSync(path.join(folder, name), "utf8").includes("phone/in-call"))).toEqual(
      [],
    );
    expect(first).toBeLessThan(LARGEST_BYTES);
    // Built for development, each element would say from which line of the source it is.
    expect(assets.filter((name) => readFileSync(path.join(folder, name), "utf8").includes("lineNumber:"))).toEqual([]);
    const html = readFileSync(path.join(folder, "index.html"), "utf8");
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  }, 60_000);
});
