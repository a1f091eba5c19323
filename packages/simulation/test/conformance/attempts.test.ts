import { randomUUID } from "node:crypto";
import type { Attempt } from "@promptcall/core/idempotency";
import { attemptStore } from "@promptcall/functions/adapters/attempts";
import type { Attempts } from "@promptcall/functions/ports/attempts";
import { beforeAll, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { AttemptsTwin } from "../../src/twins/attempts.ts";
import { startTable } from "./local-cloud.ts";

const attempt: Attempt = {
  hash: "hash",
  id: randomUUID(),
  acceptedAt: at(0),
  isDone: false,
  leaseUntilMs: Date.parse(at(30)),
  expiresAtMs: Date.parse(at(60)),
};
const placed = { fromMs: 1.5, lastMs: 2, callsPerSecond: 0.75, fits: 3, isAhead: false };

describe.each<{ name: string; start: () => Promise<Attempts> }>([
  { name: "the twin", start: async () => new AttemptsTwin().portFor() },
  { name: "the table", start: async () => attemptStore(await startTable()) },
])("$name, as the requests under idempotency keys", ({ start }) => {
  let attempts: Attempts;
  beforeAll(async () => {
    attempts = await start();
  });
  const given = () => ({ applicationId: randomUUID(), key: "a key\u0000 of any form 🔐" });

  it("know nothing of a key that was never used", async () => {
    expect(await attempts.read(given())).toBeUndefined();
  });

  it("give back what was written last, one revision further each time", async () => {
    const name = given();
    expect(await attempts.write(name, { attempt, revision: 0 })).toBe(true);
    expect(await attempts.read(name)).toEqual({ attempt, revision: 1 });
    expect(await attempts.write(name, { attempt: { ...attempt, placed }, revision: 1 })).toBe(true);
    expect(await attempts.read(name)).toEqual({ attempt: { ...attempt, placed }, revision: 2 });
  });

  it("take nothing over a revision that is not the last, and change nothing", async () => {
    const name = given();
    await attempts.write(name, { attempt, revision: 0 });
    for (const revision of [0, 2])
      expect(await attempts.write(name, { attempt: { ...attempt, isDone: true }, revision })).toBe(false);
    expect(await attempts.read(name)).toEqual({ attempt, revision: 1 });
  });

  it("let one of many begin", async () => {
    const name = given();
    const begun = await Promise.all(Array.from({ length: 10 }, () => attempts.write(name, { attempt, revision: 0 })));
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it("are each application's own, and each key's", async () => {
    const name = given();
    await attempts.write(name, { attempt, revision: 0 });
    expect(await attempts.read({ ...name, key: `${name.key}.` })).toBeUndefined();
    expect(await attempts.read({ ...name, applicationId: randomUUID() })).toBeUndefined();
  });
});
