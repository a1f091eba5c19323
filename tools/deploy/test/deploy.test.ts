import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { SECRETS } from "../../../stacks/secrets.ts";
import { type FakeAccount, startFakeAws } from "./support/fake-aws.ts";
import { fakeSst, keyOf } from "./support/fake-sst.ts";
import { environment, runOurs, temporaryFolder } from "./support/run.ts";

/** A stage whose account, secrets and variables are right, but for what the test says. */
async function setup(given: { account?: FakeAccount; secrets?: readonly string[]; endsWith?: number } = {}) {
  const [cwd, home] = [await temporaryFolder(), await temporaryFolder()];
  const aws = await startFakeAws(given.account);
  onTestFinished(aws.stop);
  const sst = await fakeSst({ folder: home, ...given });
  const env = { ...environment({ home, binaries: [home] }), ...aws.environment, AWS_REGION: "eu-west-1" };
  const deploy = (args: readonly string[], variables: Record<string, string | undefined> = {}, input?: string) =>
    runOurs({ command: "deploy", args, cwd, env: { ...env, ...variables }, ...(input !== undefined && { input }) });
  const dev = (args: readonly string[], variables: Record<string, string | undefined> = {}) =>
    runOurs({ command: "dev", args, cwd, env: { ...env, ...variables } });
  return { cwd, home, aws, sst, deploy, dev };
}

describe("a stage that has what it needs", () => {
  it("is handed to sst, with the same arguments, environment and terminal", async () => {
    const { sst, deploy, aws } = await setup();
    const variables = { SST_STAGE: "ignored", AWS_PROFILE: undefined, VONAGE_HOST: "https://api-eu-3.vonage.com" };
    const args = ["--stage", "production", "--target", "Api", "--unknown=1", "--", "--help-me"];
    expect(await deploy(args, variables, "typed")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Looking whether stage production has what it needs …\nIt has: account 123456789012; 1000 functions run at once in eu-west-1; queues take up to 440; 400 are for webhooks alone and 100 for the reducer\.\nsaid by sst\n$/,
      ),
      stderr: "",
    });
    expect(await sst.calls()).toEqual([
      { args: ["deploy", ...args], input: "typed", env: { SST_STAGE: "ignored", VONAGE_HOST: variables.VONAGE_HOST } },
    ]);
    expect([...aws.askedBy]).toEqual(["test in eu-west-1"]);
  });

  it("is looked at with the profile that sst is handed over to with", async () => {
    const { home, aws, sst, deploy } = await setup();
    await mkdir(path.join(home, ".aws"));
    const profile = "[profile team]\nregion = eu-west-3\naws_access_key_id = of-team\naws_secret_access_key = s\n";
    await writeFile(path.join(home, ".aws/config"), profile);
    const variables = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: "team" };
    const elsewhere = await deploy(["--stage", "production"], { ...variables, AWS_REGION: undefined });
    expect(elsewhere.stderr).toContain("to us-east-1, and your profile is for eu-west-3");
    const there = await deploy(["--stage", "production"], { ...variables, AWS_REGION: "eu-west-3" });
    expect(there).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1000 functions run at once in eu-west-3"),
    });
    expect([...aws.askedBy]).toEqual(["of-team in us-east-1", "of-team in eu-west-3"]);
    expect(await sst.calls()).toMatchObject([{ env: { AWS_PROFILE: "team" } }]);
  });

  it("ends as sst ends", async () => {
    const { deploy } = await setup({ endsWith: 7 });
    expect(await deploy(["--stage", "production"])).toMatchObject({ code: 7 });
  });

  it("is your own for sst dev, by the name that sst has kept", async () => {
    const { cwd, sst, dev } = await setup();
    await writeFile(path.join(cwd, ".env"), "SST_STAGE=anna\n");
    expect(await dev([])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("stage anna has what it needs …\nIt has: "),
    });
    expect(await sst.calls()).toMatchObject([{ args: ["dev"], env: { SST_STAGE: "anna" } }]);
  });

  it("may be small enough for a new account", async () => {
    const { deploy } = await setup({ account: { concurrency: { allowed: 10, unreserved: 10 } } });
    const { stdout } = await deploy(["--stage", "production"], { ACCOUNT_CONCURRENCY: "10" });
    expect(stdout).toContain(
      "10 functions run at once in eu-west-1; queues take up to 16; nothing is reserved for webhooks and the reducer, so the gateway lets 5 requests a second through; one queue of callbacks",
    );
  });
});

describe("what is wrong with a stage", () => {
  it("is said at once, each fault by name with its mend, and sst is not run", async () => {
    const concurrency = { allowed: 10, unreserved: 10 };
    const { sst, deploy } = await setup({
      account: { concurrency },
      secrets: [
        "# fallback",
        `PinKey=${keyOf("PinKey")}`,
        "",
        "# promptcall/anna",
        `StatusKey=${keyOf("StatusKey")},short`,
      ],
    });
    const said = await deploy(["--stage", "anna"], { VONAGE_HOST: "http://carrier", ALARM_EMAIL: "me" });
    expect(said.code).toBe(1);
    expect(said.stderr).toMatchInlineSnapshot(`
      "sst deploy was not run for stage anna: 9 faults.

        VONAGE_HOST must be the address of the carrier, and begin with "https://": credentials are sent there.
          Set it in the environment or in .env.anna: docs/operations/deploy.md#variables-of-a-deployment

        ALARM_EMAIL must be an address, as "on-call@example.com".
          Set it in the environment or in .env.anna: docs/operations/deploy.md#variables-of-a-deployment

        ACCOUNT_CONCURRENCY is 1000, and the account runs 10 functions at once in eu-west-1: queues would take up to 440 of them, and webhooks and requests be turned away.
          Ask AWS for more (docs/operations/deploy.md#the-first-time); until then, deploy with ACCOUNT_CONCURRENCY=10

        SealKey is a secret that stage "anna" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set SealKey --stage anna

        WebhookKey is a secret that stage "anna" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set WebhookKey --stage anna

        StatusKey is no list of keys: key 2 of StatusKey is not 32 bytes in base64url.
          Set a right list: docs/operations/rotate-keys.md

        CallbackKey is a secret that stage "anna" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set CallbackKey --stage anna

        ReceiverKey is a secret that stage "anna" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set ReceiverKey --stage anna

        DigitsKey is a secret that stage "anna" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set DigitsKey --stage anna

      (account 123456789012; 10 functions run at once in eu-west-1; queues take up to 440; nothing is reserved for webhooks and the reducer, so the gateway lets 500 requests a second through)
      "
    `);
    expect(await sst.calls()).toEqual([]);
    expect(said.stdout + said.stderr).not.toContain(keyOf("StatusKey"));
  });

  it("is of optional secrets that cannot be read, which are not shown; one that says none is not set", async () => {
    const keys = SECRETS.map((name) => `${name}=${keyOf(name)}`);
    const { deploy } = await setup({
      secrets: [...keys, "ApiKeys=hunter2", "SignatureSecrets=abcd1234:right hunter3"],
    });
    const said = await deploy(["--stage", "anna"]);
    expect([said.code, said.stderr]).toEqual([1, expect.stringContaining("was not run for stage anna: 2 faults.")]);
    expect(said.stderr).toContain("ApiKeys cannot be read: entry 1 is no SHA-256 in hex.");
    expect(said.stderr).toContain("SignatureSecrets cannot be read: entry 2 is not of the form");
    expect(said.stdout + said.stderr).not.toContain("hunter");
    const none = await setup({ secrets: [...keys, "ApiKeys=none"] });
    expect((await none.deploy(["--stage", "anna"])).code).toBe(0);
  });

  it("is the account's, when it runs fewer functions at once than the stage counts on", async () => {
    const { deploy } = await setup({ account: { concurrency: { allowed: 10, unreserved: 10 } }, secrets: [] });
    const said = await deploy(["--stage", "production"]);
    expect(said.code).toBe(1);
    expect(said.stderr).toMatchInlineSnapshot(`
      "sst deploy was not run for stage production: 8 faults.

        ACCOUNT_CONCURRENCY is 1000, and the account runs 10 functions at once in eu-west-1: queues would take up to 440 of them, and webhooks and requests be turned away.
          Ask AWS for more (docs/operations/deploy.md#the-first-time); until then, deploy with ACCOUNT_CONCURRENCY=10

        SealKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set SealKey --stage production

        PinKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set PinKey --stage production

        WebhookKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set WebhookKey --stage production

        StatusKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set StatusKey --stage production

        CallbackKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set CallbackKey --stage production

        ReceiverKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set ReceiverKey --stage production

        DigitsKey is a secret that stage "production" does not have.
          openssl rand -base64 32 | tr '+/' '-_' | tr -d = | npx sst secret set DigitsKey --stage production

      (account 123456789012; 10 functions run at once in eu-west-1; queues take up to 440; 400 are for webhooks alone and 100 for the reducer)
      "
    `);
  });

  it.each([
    ["AWS_REGION europe", { AWS_REGION: "europe" }, "AWS_REGION must be a region of AWS"],
    ["no credentials", { AWS_ACCESS_KEY_ID: undefined }, "AWS credentials are not to be had: "],
    [
      "a profile that is not there",
      { AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: "nobody" },
      "aws sso login --profile nobody",
    ],
    [
      "an AWS that cannot be reached",
      { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
      "AWS in eu-west-1 did not answer (ECONNREFUSED",
    ],
  ])("is %s, before concurrency and secrets can be looked at", async (_, variables, says) => {
    const { sst, deploy } = await setup();
    const said = await deploy(["--stage", "production"], variables);
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
    expect(said.stderr).toMatch(/: 1 fault\.\n(.*\n)*\(concurrency and secrets are looked at once this is mended\)\n$/);
    expect(await sst.calls()).toEqual([]);
  });

  it("is a region that nobody has named, where the default is another one", async () => {
    const { deploy } = await setup();
    const variables = { AWS_REGION: undefined, AWS_DEFAULT_REGION: "eu-west-3" };
    expect((await deploy(["--stage", "production"], variables)).stderr).toContain(
      ": 1 fault.\n\n  AWS_REGION is not set: the stage would go to us-east-1, and your profile is for eu-west-3.",
    );
  });

  it.each<[FakeAccount, string]>([
    [{ identityRefused: "ExpiredToken" }, "AWS credentials have expired"],
    [{ identityRefused: "InvalidClientTokenId" }, "AWS credentials are not known in eu-west-1 (InvalidClientTokenId)"],
    [{ limitsRefused: "AccessDeniedException" }, "AWS credentials do not allow lambda:GetAccountSettings"],
    [
      { concurrency: { allowed: 1_000, unreserved: 550 } },
      "ACCOUNT_CONCURRENCY is 1000, of which this stage reserves 500; other functions have left 550",
    ],
  ])("is what AWS says of the account: %j", async (account, says) => {
    const { deploy } = await setup({ account });
    expect(await deploy(["--stage", "production"])).toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
  });

  it.each([
    ["deploy", ["--stage", "local"], 'The stage "local" is the one that npm start runs'],
    ["deploy", ["--stage=a b"], 'The stage "a b" may only have letters, digits and dashes'],
    ["dev", ["--stage", "production"], 'The stage "production" would answer its customers from this machine'],
  ] as const)("is its name: %s %j", async (command, args, says) => {
    const given = await setup();
    expect(await given[command](args)).toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
  });
});

describe("a Node that is too old for the rest", () => {
  it("is told so, and how to run it by the one that comes with the packages", async () => {
    const home = await temporaryFolder();
    const code = `Object.defineProperty(process.versions, "node", { value: "20.1.0" })`;
    const older = `data:text/javascript,${encodeURIComponent(code)}`;
    const env = { ...environment({ home }), NODE_OPTIONS: `--import=${older}`, npm_lifecycle_event: undefined };
    expect(await runOurs({ command: "deploy", args: [], cwd: home, env })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Promptcall needs Node 24 or newer, .* Run it by npm, .*: npm run deploy\n$/),
    });
  });
});

describe("--help", () => {
  it.each(["deploy", "dev"] as const)("of npm run %s says what is looked at, and runs nothing", async (command) => {
    const given = await setup();
    const { code, stdout } = await given[command](["--help"]);
    expect({ code, calls: await given.sst.calls() }).toEqual({ code: 0, calls: [] });
    expect(stdout).toContain(`npm run ${command} -- --stage <name>`);
  });
});
