import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

const { values } = parseArgs({ options: { cases: { type: "string", default: "5000" }, seed: { type: "string" } } });
const report = await fuzz({
  cases: Number(values.cases),
  ...(values.seed !== undefined && { seed: Number(values.seed) }),
});
for (const [route, counts] of [...report.answers].toSorted())
  console.log(`${route.padEnd(24)} ${Object.entries(counts).toSorted().flat().join(" ")}`);
console.log(
  `${report.cases} cases, seed ${report.seed}, the slowest ${report.slowestMs.toFixed(0)} ms, heap grown by ${report.grownMb.toFixed(1)} MB`,
);
for (const { what, request } of report.violations) console.log(what, JSON.stringify(request).slice(0, 4_000));
process.exitCode = report.violations.length === 0 ? 0 : 1;
