import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { actionOf, isGranted } from "../src/functions/worker-permissions.ts";
import { startLocal } from "../src/local.ts";
import { appWith } from "./support/fixture.ts";

/** Asks the queue service for whatever operation the path names. */
const ASKING = `
import { request } from "node:http";
export const handler = (event) => new Promise((resolve) => {
  const headers = { "x-amz-target": "AmazonSQS." + event.rawPath.slice(1), "content-type": "application/x-amz-json-1.0" };
  const asked = request(process.env.AWS_ENDPOINT_URL_SQS, { method: "POST", headers }, (answer) => {
    answer.resume();
    resolve("answered");
  });
  asked.on("error", ({ name, message }) => resolve(name + ": " + message));
  asked.end("{}");
});
`;

const NARROWED = `
sst.Linkable.wrap(sst.aws.Queue, (queue) => ({
  properties: { url: queue.url },
  include: [sst.aws.permission({ actions: ["sqs:SendMessage"], resources: [queue.arn] })],
}));
`;

const asker = (link: string) =>
  `new sst.aws.Function("Asker", { handler: "asking.handler", url: true, link: [${link}] });`;

async function answers(run: string, operations: readonly string[]): Promise<string[]> {
  await using app = await appWith(`const queue = new sst.aws.Queue("Letters"); ${run}`);
  await writeFile(path.join(app.root, "asking.ts"), ASKING);
  const local = await startLocal({ root: app.root });
  const url = String(local.resource("Asker").url);
  const texts = operations.map(async (operation) => (await fetch(`${url}/${operation}`)).text());
  return await Promise.all(texts).finally(() => local.stop());
}

const refusal = (action: string) =>
  `AccessDeniedException: The function "Asker" is not permitted to ${action}: none of its links grants it.`;

describe("a function", () => {
  it("may do everything to a queue that it is linked to", async () => {
    expect(await answers(asker("queue"), ["SendMessage", "DeleteQueue"])).toEqual(["answered", "answered"]);
  });

  it("may do nothing to AWS without links", async () => {
    expect(await answers(asker(""), ["SendMessage"])).toEqual([refusal("sqs:SendMessage")]);
  });

  it("may do no more than a narrowed link grants", async () => {
    const operations = ["SendMessage", "SendMessageBatch", "DeleteQueue"];
    expect(await answers(`${NARROWED} ${asker("queue")}`, operations)).toEqual([
      "answered",
      "answered",
      refusal("sqs:DeleteQueue"),
    ]);
  });
});

describe("an action", () => {
  it.each([
    ["DynamoDB_20120810.GetItem", "dynamodb:GetItem"],
    ["AWSEvents.PutEvents", "events:PutEvents"],
    ["AmazonSQS.DeleteMessageBatch", "sqs:DeleteMessage"],
    ["Other.Thing", undefined],
    [undefined, undefined],
  ])("is read from the target %s", (target, action) => {
    expect(actionOf(target)).toBe(action);
  });

  it.each([
    ["dynamodb:*", true],
    ["dynamodb:Get*", true],
    ["DynamoDB:getitem", true],
    ["dynamodb:PutItem", false],
    ["sqs:*", false],
  ])("dynamodb:GetItem is granted by %s: %s", (granted, expected) => {
    expect(isGranted({ action: "dynamodb:GetItem", actions: [granted] })).toBe(expected);
  });
});

describe("$transform", () => {
  it("changes the raw resources of a type that come after it", async () => {
    await using app = await appWith(`
      new aws.sqs.QueuePolicy("Before", { policy: "wide" });
      $transform(aws.sqs.QueuePolicy, (args, _opts, name) => { args.policy = "narrow " + name; });
      new aws.sqs.QueuePolicy("After", { policy: "wide" });
      new aws.sqs.RedriveAllowPolicy("Other", { policy: "wide" });`);
    const local = await startLocal({ root: app.root });
    await local.stop();
    expect(local.graph.raw.map(({ name, args }) => [name, args])).toEqual([
      ["After", { policy: "narrow After" }],
      ["Before", { policy: "wide" }],
      ["Other", { policy: "wide" }],
    ]);
  });
});
