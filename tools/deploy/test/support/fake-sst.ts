import { createHash } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { SECRETS } from "../../../../stacks/secrets.ts";

/** A key that no other name has, and nobody any use for. */
export const keyOf = (name: string) => createHash("sha256").update(name).digest("base64url");

/** What SST 4.17.1 prints of a stage whose secrets are all set. */
const ALL_SET = ["# promptcall/production", ...SECRETS.map((name) => `${name}=${keyOf(name)}`)];

/**
 * A program by the name of `sst`, in that folder. It lists secrets as the real one does, and keeps what else it is asked.
 * `tools/deploy/test/cli.test.ts` holds the real one to the same form.
 */
export async function fakeSst(given: { folder: string; secrets?: readonly string[]; endsWith?: number }) {
  const { folder, secrets = ALL_SET, endsWith = 0 } = given;
  const calls = path.join(folder, "calls.jsonl");
  const program = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const secrets = ${JSON.stringify(secrets)};
if (args[0] === "secret") {
  if (secrets.length === 0) { console.error("✕  No secrets found"); process.exit(1); }
  console.log(secrets.join("\\n"));
} else {
  const { SST_STAGE, AWS_PROFILE, VONAGE_HOST } = process.env;
  const input = readFileSync(0, "utf8");
  appendFileSync(${JSON.stringify(calls)}, JSON.stringify({ args, input, env: { SST_STAGE, AWS_PROFILE, VONAGE_HOST } }) + "\\n");
  console.log("said by sst");
  process.exit(${endsWith});
}
`;
  const file = path.join(folder, "sst");
  await writeFile(file, program);
  await chmod(file, 0o755);
  return {
    /** What it was asked to do, but for listing secrets. */
    calls: async () => {
      const lines = await readFile(calls, "utf8").catch(() => "");
      return lines.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as unknown]));
    },
  };
}
