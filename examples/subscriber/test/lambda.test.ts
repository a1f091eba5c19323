import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resultStore } from "../src/results.ts";

vi.mock("sst", () => ({ Resource: { Results: { name: "results" }, Settings: { retentionDays: 2 } } }));
// The logger writes to the console alone when it takes itself to be in development.
vi.stubEnv("POWERTOOLS_DEV", "true");
const { handler } = await import("../src/lambda.ts");

const dynamo = mockClient(DynamoDBDocumentClient);
const lines: { message: string }[] = [];
beforeEach(() => {
  dynamo.reset();
  lines.length = 0;
  for (const level of ["info", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(JSON.parse(line)));
});
afterEach(() => void vi.restoreAllMocks());

const TID = "3b241101-e2bb-4255-8caf-4136c566a962";
const metadata = {
  id: `completed_${TID}`,
  version: 1,
  tid: TID,
  application_id: "app",
  time: "2026-01-01T23:59:59.000Z",
};
const envelope = (type: string, data: object) => ({
  version: "0",
  source: "promptcall",
  "detail-type": type,
  detail: { metadata, data },
});
const result = envelope("call.completed", { to: "+44********01", status: "error", reason: "busy", attempts: 0 });

const batch = (...bodies: unknown[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index + 1}`, body: JSON.stringify(body) })),
});
const handled = (...bodies: unknown[]) => handler(batch(...bodies));

const line = {
  service: "subscriber",
  tid: TID,
  application_id: "app",
  day: "2026-01-01",
  status: "error",
  reason: "busy",
};
const again = new ConditionalCheckFailedException({ message: "there", $metadata: {} });

describe("a result", () => {
  it("is kept under its own id, with its day, and expires", async () => {
    dynamo.on(PutCommand).resolves({});
    expect(await handled(result)).toEqual({ batchItemFailures: [] });
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
      {
        TableName: "results",
        Item: {
          pk: "app#2026-01-01",
          sk: `completed_${TID}`,
          tid: TID,
          status: "error",
          reason: "busy",
          expires_at: Date.parse("2026-01-03T23:59:59.000Z") / 1000,
        },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    ]);
    expect(lines).toMatchObject([{ ...line, message: "result.counted" }]);
  });

  it("that comes again is taken, and said to have come again", async () => {
    dynamo.on(PutCommand).rejects(again);
    expect(await handled(result)).toEqual({ batchItemFailures: [] });
    expect(lines).toMatchObject([{ ...line, message: "result.repeated" }]);
  });

  it("that cannot be kept comes again, alone of its batch", async () => {
    dynamo.on(PutCommand).rejectsOnce(new Error("throttled")).resolves({});
    expect(await handled(result, result)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
  });

  it("may have fields that are not known yet", async () => {
    dynamo.on(PutCommand).resolves({});
    const { detail } = result;
    const later = { ...detail, metadata: { ...metadata, trace: "t" }, data: { ...detail.data, carrier: "c" } };
    expect(await handled({ ...result, detail: later })).toEqual({ batchItemFailures: [] });
  });
});

it.each([
  ["another event", envelope("call.dialed", { uuid: "u" })],
  [
    "a result of an unknown version",
    { ...result, detail: { ...result.detail, metadata: { ...metadata, version: 9 } } },
  ],
  ["a result from elsewhere", { ...result, source: "elsewhere" }],
  ["no event", { secret: "4711" }],
])("%s fails, and nothing of it is logged", async (_, body) => {
  dynamo.on(PutCommand).resolves({});
  expect(await handled(body, result)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
  expect(lines.find(({ message }) => message === "message.failed")).toMatchObject({ message_id: "m1" });
  expect(JSON.stringify(lines)).not.toContain("4711");
});

it("a tally counts all of a day, over as many pages as there are", async () => {
  const store = resultStore({ client: new DynamoDBClient({ region: "eu-west-1" }), tableName: "results" });
  dynamo
    .on(QueryCommand)
    .resolvesOnce({
      Items: [{ status: "ok" }, { status: "error" }],
      LastEvaluatedKey: { pk: "app#2026-01-01", sk: "1" },
    })
    .resolves({ Items: [{ status: "ok" }] });
  expect(await store.tally({ applicationId: "app", day: "2026-01-01" })).toEqual({ ok: 2, failed: 0, error: 1 });
  expect(dynamo.calls()[1]?.args[0].input).toMatchObject({
    ExpressionAttributeValues: { ":pk": "app#2026-01-01" },
    ExclusiveStartKey: { pk: "app#2026-01-01", sk: "1" },
  });
});
