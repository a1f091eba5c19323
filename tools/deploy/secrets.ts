import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { NOT_SET } from "@promptcall/core/contracts/optional-secret";
import { parseApiKeyHashes } from "@promptcall/core/security/api-key";
import { parseKeys } from "@promptcall/core/security/parse-keys";
import { parseSignatureSecrets } from "@promptcall/core/security/webhook-signature";
import { OPTIONAL_SECRETS, SECRETS } from "../../stacks/secrets.ts";
import type { Fault } from "./fault.ts";

/** The secrets that SST has for the stage, and for all stages (`--fallback`). Their values are never shown. */
export async function secretFaults({ stage, root }: { stage: string; root: string }): Promise<Fault[]> {
  const sst = spawn("sst", ["secret", "list", "--stage", stage], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => sst.on("error", reject).on("close", resolve));
  const [code, listed, said] = await Promise.all([ended, text(sst.stdout), text(sst.stderr)]);
  const isNone = said.includes("No secrets found");
  if (code !== 0 && !isNone) {
    const says = `were not listed by sst: ${stripVTControlCharacters(said).trim().split("\n").join(" ")}`;
    const mend = `Mend a wrong variable first; npx sst secret list --stage ${stage} --print-logs tells more`;
    return [{ name: "Secrets", says, mend }];
  }
  const values = valuesIn(listed);
  return [
    ...SECRETS.flatMap((name) => faultsOf({ name, written: values.get(name), stage })),
    ...OPTIONAL_SECRETS.flatMap((name) => optionalFaultsOf(name, values.get(name) ?? NOT_SET)),
  ];
}

const PARSERS = { ApiKeys: parseApiKeyHashes, SignatureSecrets: parseSignatureSecrets };

function optionalFaultsOf(name: (typeof OPTIONAL_SECRETS)[number], written: string): Fault[] {
  const parsed = PARSERS[name](written.trim() === NOT_SET ? "" : written);
  if (!("wrong" in parsed)) return [];
  const mend = "Set a right list, or `none`: docs/operations/credentials.md";
  return [{ name, says: `cannot be read: ${parsed.wrong}`, mend }];
}

function faultsOf({ name, written, stage }: { name: string; written: string | undefined; stage: string }): Fault[] {
  if (written === undefined) {
    const mend = `openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set ${name} --stage ${stage}`;
    return [{ name, says: `is a secret that stage "${stage}" does not have`, mend }];
  }
  const keys = parseKeys({ secret: name, written });
  if (!("wrong" in keys)) return [];
  return [
    { name, says: `is no list of keys: ${keys.wrong}`, mend: "Set a right list: docs/operations/rotate-keys.md" },
  ];
}

/** `Name=value`, which may go on for lines, below headings that begin with `#`; the stage's own come after the fallbacks. */
function valuesIn(listed: string): ReadonlyMap<string, string> {
  const entries = stripVTControlCharacters(listed).split(/^(?=#|[A-Z]\w*=)/m);
  return new Map(
    entries.flatMap((entry) => {
      const [, name, value] = /^([A-Z]\w*)=(.*)$/s.exec(entry) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}
