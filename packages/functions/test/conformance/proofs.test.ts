import { randomUUID } from "node:crypto";
import type { ProofRecord } from "@promptcall/core/contracts/records/proof";
import { beforeAll, describe, expect, it } from "vitest";
import { proofStore, questionStore } from "../../src/dynamodb/proofs.ts";
import type { Proofs, Questions } from "../../src/ports/proofs.ts";
import { FakeProofs, FakeQuestions } from "../../testing/proofs.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<{ proofs: Proofs; questions: Questions }> }>([
  {
    name: "the fake",
    start: async () => ({ proofs: new FakeProofs().portFor(), questions: new FakeQuestions().portFor() }),
  },
  {
    name: "the table",
    start: async () => {
      const table = await startTable();
      return { proofs: proofStore(table), questions: questionStore(table) };
    },
  },
])("$name, as what is remembered of credentials", ({ start }) => {
  let proofs: Proofs;
  let questions: Questions;
  beforeAll(async () => {
    ({ proofs, questions } = await start());
  });
  const asking: ProofRecord = { answer: "asking", untilMs: 1_000.5 };
  const yes: ProofRecord = { answer: "yes", untilMs: 900_000 };

  it("is nothing at first", async () => {
    expect(await proofs.read(randomUUID())).toBeUndefined();
  });

  it("is what was written last, until it is forgotten", async () => {
    const hash = randomUUID();
    expect(await proofs.write(hash, { seen: undefined, next: asking })).toBe(true);
    expect(await proofs.read(hash)).toEqual(asking);
    expect(await proofs.write(hash, { seen: asking, next: yes })).toBe(true);
    expect(await proofs.read(hash)).toEqual(yes);
    expect(await proofs.write(hash, { seen: yes, next: undefined })).toBe(true);
    expect(await proofs.read(hash)).toBeUndefined();
  });

  it("is not changed over what somebody else has written since", async () => {
    const hash = randomUUID();
    await proofs.write(hash, { seen: undefined, next: asking });
    expect(await proofs.write(hash, { seen: undefined, next: yes })).toBe(false);
    expect(await proofs.write(hash, { seen: { ...asking, untilMs: 2_000 }, next: yes })).toBe(false);
    expect(await proofs.write(hash, { seen: { ...asking, answer: "no" }, next: undefined })).toBe(false);
    expect(await proofs.read(hash)).toEqual(asking);
  });

  it("is written where what was seen has expired meanwhile, and is gone", async () => {
    const hash = randomUUID();
    expect(await proofs.write(hash, { seen: asking, next: yes })).toBe(true);
    expect(await proofs.read(hash)).toEqual(yes);
  });

  it("lets exactly one of many ask", async () => {
    const hash = randomUUID();
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => proofs.write(hash, { seen: undefined, next: asking })),
    );
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  it("counts questions up to the most of a second, for each scope", async () => {
    const scope = randomUUID();
    const count = (atMs: number, of = scope) => questions.count({ scope: of, atMs, most: 2 });
    expect([await count(5_000), await count(5_999), await count(5_500)]).toEqual([true, true, false]);
    expect(await count(6_000)).toBe(true);
    expect(await count(5_500, randomUUID())).toBe(true);
  });

  it("counts no question more, however many come at once", async () => {
    const scope = randomUUID();
    const counted = await Promise.all(Array.from({ length: 20 }, () => questions.count({ scope, atMs: 0, most: 5 })));
    expect(counted.filter(Boolean)).toHaveLength(5);
  });
});
