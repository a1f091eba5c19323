import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { synthesize } from "../src/run/synthesize.ts";
import { repository } from "./support/altered.ts";

describe("a synthesis", () => {
  it("gives the same bytes again, and leaves the home of its user alone", async () => {
    const digest = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
    const home = await mkdtemp(path.join(tmpdir(), "home-"));
    onTestFinished(() => rm(home, { recursive: true }));
    const variables = { HOME: home };
    const again = await synthesize({ repository, root: repository, stage: "production", variables });
    expect(digest(again)).toBe(digest(inject("production")));
    expect(await readdir(home)).toEqual([]);
  });

  it("holds no path of the machine it was made on", () => {
    expect(JSON.stringify(inject("production"))).not.toContain(repository);
  });
});
