import * as z from "zod";

/** What `npm audit --json` prints where the registry answers. https://docs.npmjs.com/cli/commands/npm-audit */
const AuditSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.enum(["info", "low", "moderate", "high", "critical"]), range: z.string() }),
  ),
  metadata: z.object({ dependencies: z.object({ total: z.number() }) }),
});

const FAILS: ReadonlySet<string> = new Set(["high", "critical"]);

/**
 * What is to be said of two audits: of what is deployed, and of everything. A registry that does not answer has found
 * nothing, and that is said as such.
 */
export function judged({ deployed, all }: { deployed: string; all: string }): { lines: string[]; fails: boolean } {
  const [own, every] = [auditOf(deployed), auditOf(all)];
  if (own === undefined || every === undefined)
    return { lines: ["The registry did not answer: nothing was audited."], fails: false };
  const listed = ({ vulnerabilities }: typeof own) =>
    Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${severity}: ${name} ${range}`);
  const ofTools = listed(every).filter((line) => !listed(own).includes(line));
  const { total } = every.metadata.dependencies;
  return {
    lines: [
      ...listed(own).map((line) => `deployed, ${line}`),
      ...ofTools.map((line) => `tools alone, ${line}`),
      `${total} packages audited: ${listed(own).length} vulnerable in what is deployed, ${ofTools.length} in tools alone.`,
    ],
    fails: Object.values(own.vulnerabilities).some(({ severity }) => FAILS.has(severity)),
  };
}

function auditOf(printed: string): z.infer<typeof AuditSchema> | undefined {
  try {
    return AuditSchema.safeParse(JSON.parse(printed)).data;
  } catch {
    return undefined;
  }
}
