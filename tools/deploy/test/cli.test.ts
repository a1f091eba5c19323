import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { VariablesSchema } from "../../../stacks/config.ts";
import { SECRETS } from "../../../stacks/secrets.ts";
import { documents } from "../../../tests/documents.ts";
import { startFakeAws } from "./support/fake-aws.ts";
import { keyOf } from "./support/fake-sst.ts";
import { QUIET, sstProject } from "./support/real-sst.ts";
import { environment, repository, run, runOurs, temporaryFolder } from "./support/run.ts";

type Variables = Readonly<Record<string, string>>;

/** SST's own command line, on our own config, with an account that has no secrets yet. */
async function setup({ program }: { program?: string } = {}) {
  const aws = await startFakeAws();
  onTestFinished(aws.stop);
  const cwd = await sstProject(program);
  const env = { ...environment({ home: await temporaryFolder() }), ...QUIET, ...aws.environment };
  return {
    cwd,
    sst: (args: readonly string[], { variables = {}, input = "" }: { variables?: Variables; input?: string } = {}) =>
      run({ command: "sst", args, cwd, env: { ...env, ...variables }, input }),
    deploy: (args: readonly string[], variables: Variables = {}) =>
      runOurs({ command: "deploy", args, cwd, env: { ...env, ...variables } }),
  };
}

interface SstCommand {
  name: string;
  flags: readonly { name: string }[];
  children: readonly SstCommand[];
  args: readonly unknown[];
}

/** Whether there is such a command, and its options are its own or those of any. What follows ` -- ` is another's. */
function isCommand(words: readonly string[], root: SstCommand): boolean {
  const ours = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  let command = root;
  const flags = [...root.flags];
  for (const word of ours.filter((word) => !word.startsWith("-"))) {
    const child = command.children.find(({ name }) => name === word);
    if (child === undefined) break;
    command = child;
    flags.push(...child.flags);
  }
  const options = ours.filter((word) => word.startsWith("--")).map((word) => word.slice(2).split("=")[0]);
  const isThere = command !== root && command.children.length === 0;
  return isThere && options.every((option) => flags.some(({ name }) => name === option));
}

/** One that SST takes without Pulumi, after it has evaluated the config. */
const anyCommand = (stage: string) => ["secret", "list", "--stage", stage, "--print-logs"];

describe("SST's command line", () => {
  it.each(["production", "anna"])("takes our config: stage %s", async (stage) => {
    const { sst } = await setup();
    const { stderr } = await sst(anyCommand(stage), { variables: { AWS_REGION: "eu-west-1" } });
    expect(stderr).toContain(`msg="aws credentials found" region=eu-west-1`);
    expect(stderr).toContain(`msg="loaded config" app=promptcall stage=${stage}`);
  });

  it("takes the config of the example", async () => {
    const { sst } = await setup({ program: path.join(repository, "examples/subscriber") });
    const { stderr } = await sst(anyCommand("production"), { variables: { PROMPTCALL_BUS: "bus" } });
    expect(stderr).toContain(`msg="loaded config" app=promptcall-subscriber stage=production`);
  });

  const wrong = {
    AWS_REGION: "europe",
    VONAGE_HOST: "http://api.nexmo.com",
    ALARM_EMAIL: "on-call",
    OTEL_EXPORTER_OTLP_ENDPOINT: "otlp:4317",
    API_DOMAIN: "https://api.example.com",
    WEBHOOKS_DOMAIN: "webhooks",
    ACCOUNT_CONCURRENCY: "9",
    BREAKPOINT_SECONDS: "600",
    SIM_SPEED: "fast",
    SHORT_DEADLINES: "long",
    WEBHOOKS_URL: "tunnel",
    VERBOSE_EVENTS: "perhaps",
    CALLBACK_PORTS: "web",
    GUARD: "strict",
    PRIVATE_NETWORKS: "some",
    CREDENTIAL_IN_QUERY: "sometimes",
  };

  it("takes no wrong variable, and names it in its log", async () => {
    const { sst } = await setup();
    expect(Object.keys(wrong).toSorted()).toEqual(Object.keys(VariablesSchema.shape).toSorted());
    for (const [name, value] of Object.entries(wrong)) {
      const { code, stderr } = await sst(anyCommand("production"), { variables: { [name]: value } });
      expect({ name, code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(`StageConfigError: Stage \\\\"production\\\\": ${name} (must|is)`),
      });
    }
  });

  it("has every command that our documentation tells to run, with its options", async () => {
    const { sst } = await setup();
    const root = JSON.parse((await sst(["introspect"])).stdout) as SstCommand;
    const output = (await documents()).flatMap(({ name, text }) =>
      [...text.matchAll(/npx sst ([^`|\n#;&)]+)/g)].map(([, words = ""]) => ({ name, words: words.trim() })),
    );
    expect(output.length).toBeGreaterThan(10);
    expect(output.filter(({ words }) => !isCommand(words.split(/\s+/), root))).toEqual([]);
  });

  it("swallows the name of a wrong variable, which npm run deploy says", async () => {
    const { sst, deploy } = await setup();
    const variables = { ALARM_EMAIL: "on-call", AWS_REGION: "us-east-1" };
    const theirs = await sst(["deploy", "--stage", "production"], { variables });
    expect(theirs).toMatchObject({ code: 1, stderr: expect.stringMatching(/^✕ {2}Unexpected error occurred/) });
    expect(theirs.stderr).not.toContain("ALARM_EMAIL");
    const ours = await deploy(["--stage", "production"], variables);
    expect(ours).toMatchObject({ code: 1, stderr: expect.stringContaining("ALARM_EMAIL must be an address") });
  });

  it("lists secrets in the form that npm run deploy reads, and is handed the stage when none is missing", async () => {
    const { sst, deploy } = await setup();
    const [first, ...others] = SECRETS;
    const set = (name: string, ...flags: string[]) =>
      sst(["secret", "set", name, "--stage", "anna", ...flags], { input: `${keyOf(`new ${name}`)}\n${keyOf(name)}\n` });
    expect((await deploy(["--stage", "anna"])).stderr).toContain(`: ${SECRETS.length} faults.`);
    await set(first, "--fallback");
    for (const name of others.slice(1)) await set(name);
    const missing = await deploy(["--stage", "anna"]);
    expect(missing.stderr).toContain(`: 1 fault.\n\n  ${others[0]} is a secret that stage "anna" does not have.`);
    expect(missing.stdout + missing.stderr).not.toContain(keyOf(first));
    await set(others[0]);
    const { code, stdout } = await deploy(["--stage", "anna"]);
    expect(stdout).toMatch(/\nIt has: .*\n(.*\n)*.*SST 4\.\d+\.\d+ ready!\n(.*\n)* +Stage: +anna\n/);
    // Here it ends: there is no Pulumi.
    expect(code).toBe(1);
  });

  it.each([
    ["what .env says, where nothing else does", "bert", {}, "eu-west-1"],
    ["what is in the environment before that", "bert", { AWS_REGION: "eu-north-1" }, "eu-north-1"],
    ["what .env.<stage> says before all", "anna", { AWS_REGION: "eu-north-1" }, "eu-west-3"],
  ])("reads its environment as npm run deploy does: %s", async (_, stage, variables: Variables, region) => {
    const { cwd, sst, deploy } = await setup();
    await writeFile(path.join(cwd, ".env"), `AWS_REGION=eu-west-1\nSST_STAGE=${stage}\nACCOUNT_CONCURRENCY=5000\n`);
    await writeFile(path.join(cwd, ".env.anna"), "AWS_REGION=eu-west-3\n");
    const [theirs, ours] = [await sst(["secret", "list", "--print-logs"], { variables }), await deploy([], variables)];
    expect(theirs.stderr).toContain(`msg="aws credentials found" region=${region}`);
    expect(theirs.stderr).toContain(`msg="loaded config" app=promptcall stage=${stage}`);
    expect(ours.stderr).toContain(`stage ${stage}: `);
    expect(ours.stderr).toContain(
      `ACCOUNT_CONCURRENCY is 5000, and the account runs 1000 functions at once in ${region}`,
    );
  });
});
