import { expect, it, onTestFinished } from "vitest";
import { alone } from "../alone/alone.ts";
import type { Asked } from "../alone/endpoint.ts";
import { MEASUREMENTS } from "../figures/all.ts";

it.each(MEASUREMENTS.map((measurement) => [measurement.figures.join(", "), measurement] as const))(
  "%s is measured, each figure with a reference, a ratio and a verdict",
  async (_, { figures, measure }) => {
    const measured = await measure(() => {}, "once");
    expect(measured.map(({ name }) => name)).toEqual(figures);
    for (const { measured: own, reference, ratio, how, table } of measured) {
      expect([own.value, reference.value, ratio.value].every(Number.isFinite)).toBe(true);
      expect(how.length).toBeGreaterThan(0);
      expect(table?.rows.flat().filter((cell) => /NaN|undefined/.test(String(cell)))).toEqual([]);
    }
  },
  120_000,
);

// It stands here since what the figures are measured on takes long to make, and is made once.
it("each function, with its files alone in a folder, asks AWS with the credentials of its environment", async () => {
  const { endpoint, stage, tapes, start } = await alone();
  const asked: Asked[] = [];
  const { answers } = endpoint;
  onTestFinished(() => {
    endpoint.answers = answers;
  });
  endpoint.answers = (request) => {
    asked.push(request);
    return answers(request);
  };
  for (const [name, { environment }] of stage.sources) {
    const { process } = await start(name, "function");
    await process.ask("invoke", { invocations: tapes.get(name)?.invocations ?? [] });
    await process.stop();
    const signed = asked.splice(0).filter(({ target }) => !target.startsWith("POST "));
    expect(signed).not.toEqual([]);
    const credential = `Credential=${environment.AWS_ACCESS_KEY_ID}/`;
    expect(signed.filter(({ headers }) => !headers.authorization?.includes(credential))).toEqual([]);
  }
}, 120_000);
