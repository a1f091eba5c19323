import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { SECRETS } from "../../../stacks/secrets.ts";
import type { Fault } from "./fault.ts";

/** What SST has for the stage, and for all stages (`--fallback`): names only, nothing here keeps a value. */
export async function secretFaults({ stage, root }: { stage: string; root: string }): Promise<Fault[]> {
  const sst = spawn("sst", ["secret", "list", "--stage", stage], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => sst.on("error", reject).on("close", resolve));
  const [code, listed, said] = await Promise.all([ended, text(sst.stdout), text(sst.stderr)]);
  const isNone = said.includes("No secrets found");
  if (code !== 0 && !isNone) {
    const says = `were not listed by sst: ${stripVTControlCharacters(said).trim().split("\n").join(" ")}`;
    return [
      {
        name: "Secrets",
        says,
        mend: `Mend a wrong variable first; npx sst secret list --stage ${stage} --print-logs tells more`,
      },
    ];
  }
  const names = namesIn(listed);
  return SECRETS.filter((name) => !names.has(name)).map((name) => ({
    name,
    says: `is a secret that stage "${stage}" does not have`,
    mend: `openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set ${name} --stage ${stage}`,
  }));
}

/** A line is `Name=value`, after a heading that begins with `#`. https://github.com/anomalyco/sst/blob/dev/cmd/sst/secret.go */
function namesIn(listed: string): ReadonlySet<string> {
  const lines = stripVTControlCharacters(listed).matchAll(/^([A-Z]\w*)=./gm);
  return new Set([...lines].map(([, name = ""]) => name));
}
