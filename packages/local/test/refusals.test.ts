import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { startLocal } from "../src/local.ts";
import { appWith } from "./support/fixture.ts";

const handler = '"handler.handler"';

describe("startLocal refuses, naming what is wrong,", () => {
  it.each([
    ["a component it has no meaning for", `new sst.aws.Bucket("B");`, "sst.aws.Bucket has no local meaning"],
    ["a module it has no meaning for", "sst.cloudflare;", "sst.cloudflare has no local meaning"],
    ["a lookup it cannot answer", `aws.ec2.getVpc({});`, "aws.ec2.getVpc has no local meaning"],
    [
      "an argument it has no meaning for",
      `new sst.aws.Queue("Q", { fifo: true });`,
      'sst.aws.Queue "Q": the argument "fifo" has no local meaning',
    ],
    [
      "an argument of a resource below",
      `new sst.aws.Queue("Q", { transform: { queue: (args) => { args.kmsMasterKeyId = "k"; } } });`,
      'sst.aws.Queue "Q": the argument "transform.queue.kmsMasterKeyId" has no local meaning',
    ],
    [
      "an argument of a rule's target",
      `const q = new sst.aws.Queue("Q"); new sst.aws.Bus("B").subscribeQueue("S", q, { transform: { target: { inputPath: "$.detail" } } });`,
      "transform.target.inputPath",
    ],
    [
      "a function's argument",
      `new sst.aws.Function("F", { handler: ${handler}, vpc: {} });`,
      'sst.aws.Function "F": the argument "vpc"',
    ],
    [
      "an api for browsers",
      `new sst.aws.ApiGatewayV2("A", { cors: true });`,
      'sst.aws.ApiGatewayV2 "A": "cors" must be false',
    ],
    [
      "a function for browsers",
      `new sst.aws.Function("F", { handler: ${handler}, url: { cors: { allowOrigins: ["*"] } } });`,
      'sst.aws.Function "F": "cors" must be false',
    ],
    ["another runtime", `new sst.aws.Function("F", { handler: ${handler}, runtime: "go" });`, '"go" is not imitated'],
    ["a name twice", `new sst.aws.Queue("Q"); new sst.aws.Bus("q");`, "Component name q is not unique."],
    ["a reserved name", `new sst.aws.Queue("App");`, 'Component name "App" is reserved'],
    ["a name with a space", `new sst.aws.Queue("A b");`, "Component names cannot contain spaces"],
    [
      "a second subscriber",
      `const q = new sst.aws.Queue("Q"); q.subscribe(${handler}); q.subscribe(${handler});`,
      'Cannot subscribe to the "Q" queue multiple times',
    ],
    [
      "a function slower than its queue's visibility",
      `new sst.aws.Queue("Q").subscribe({ handler: ${handler}, timeout: "31 seconds" });`,
      '30 seconds of "Q" is less than Function timeout: 31 seconds',
    ],
    [
      "a route to a function that there is already",
      `const f = new sst.aws.Function("F", { handler: ${handler} }); new sst.aws.ApiGatewayV2("A").route("$default", f.arn);`,
      "a route to a function that there is already is not imitated",
    ],
    [
      "a large batch without a window",
      `new sst.aws.Queue("Q").subscribe(${handler}, { batch: { size: 11 } });`,
      "needs a batching window",
    ],
    [
      "a pattern that is none",
      `const q = new sst.aws.Queue("Q"); new sst.aws.Bus("B").subscribeQueue("S", q, { pattern: { source: [] } });`,
      "Empty arrays are not allowed",
    ],
    [
      "a function that may take longer than Lambda lets it",
      `new sst.aws.Function("F", { handler: ${handler}, timeout: "901 seconds" });`,
      'sst.aws.Function "F": the timeout must be 1 to 900 seconds',
    ],
    [
      "an environment larger than Lambda's",
      `new sst.aws.Function("F", { handler: ${handler}, environment: { A: "a".repeat(4_096) } });`,
      'sst.aws.Function "F": the environment exceeds 4096 bytes',
    ],
    [
      "to reserve what others need",
      `new sst.aws.Function("F", { handler: ${handler}, concurrency: { reserved: 901 } });`,
      "UnreservedConcurrentExecution below its minimum value of [100]",
    ],
    ["a link that is none", `new sst.aws.Function("F", { handler: ${handler}, link: [undefined] });`, '"link"'],
    ["a route that is none", `new sst.aws.ApiGatewayV2("A").route("FETCH /x", ${handler});`, "a route must be"],
    [
      "a handler file that is not there",
      `new sst.aws.Function("F", { handler: "nowhere.handler" });`,
      'The handler "nowhere.handler" of the function "F" was not found.',
    ],
    [
      "a handler that is not exported",
      `new sst.aws.Function("F", { handler: "handler.other" });`,
      'The function "F" failed to start: handler.other is undefined or not exported',
    ],
    [
      "a module that cannot be loaded",
      `new sst.aws.Function("F", { handler: "broken.handler" });`,
      'The function "F" failed to start: cannot be loaded',
    ],
    ["a value looked at too early", "String(new sst.aws.Queue('Q').url);", "Calling toString on an Output"],
  ])("%s", async (_what, run, message) => {
    await using app = await appWith(run);
    await expect(startLocal({ root: app.root })).rejects.toThrow(message);
  });

  it("a config that is not there", async () => {
    await expect(startLocal({ root: "/nowhere" })).rejects.toThrow("sst.config.ts in /nowhere cannot be bundled");
  });

  it("a port that is taken", async () => {
    await using app = await appWith(`new sst.aws.ApiGatewayV2("Api").route("$default", ${handler});`);
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    await expect(startLocal({ root: app.root, ports: { Api: port } })).rejects.toMatchObject({ code: "EADDRINUSE" });
    taken.close();
    await once(taken, "close");
    const local = await startLocal({ root: app.root, ports: { Api: port } });
    expect(local.resource("Api").url).toBe(`http://127.0.0.1:${port}`);
    await local.stop();
  });
});

describe("startLocal", () => {
  it("keeps two evaluations and their variables apart", async () => {
    await using app = await appWith(`return { seen: process.env.PROMPTCALL_TEST, stage: $app.stage };`);
    const start = (value: string) =>
      startLocal({ root: app.root, stage: value, variables: { PROMPTCALL_TEST: value } });
    const [one, two] = await Promise.all([start("one"), start("two")]);
    expect([one.outputs, two.outputs]).toEqual([
      { seen: "one", stage: "one" },
      { seen: "two", stage: "two" },
    ]);
    expect(process.env.PROMPTCALL_TEST).toBeUndefined();
    await Promise.all([one.stop(), two.stop()]);
  });

  it("gives a secret its value, its placeholder, or 32 random bytes", async () => {
    await using app = await appWith(
      `return { a: new sst.Secret("A").value, b: new sst.Secret("B", "b").value, c: new sst.Secret("C").value };`,
    );
    const local = await startLocal({ root: app.root, secrets: { A: "given" } });
    expect(local.outputs).toMatchObject({ a: "given", b: "b" });
    expect(Buffer.from(String(local.outputs.c), "base64url")).toHaveLength(32);
    await local.stop();
  });

  it("records raw AWS resources, which do nothing", async () => {
    await using app = await appWith(
      `const q = new sst.aws.Queue("Q"); new aws.cloudwatch.MetricAlarm("Late", { threshold: 1, queue: q.nodes.queue.name });`,
    );
    const local = await startLocal({ root: app.root });
    expect(local.graph.raw).toEqual([
      { type: "aws.cloudwatch.MetricAlarm", name: "Late", args: { threshold: 1, queue: "a-local-Q" } },
    ]);
    await local.stop();
  });
});
