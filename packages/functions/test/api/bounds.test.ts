import { callIdOf, MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import { statusToken } from "@promptcall/core/security/status-token";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { UUID } from "../../testing/scripted-carrier.ts";
import { after, at, claim, epoch, jwt, KEYS, report, spec as specOf } from "../given.ts";
import { DEFAULTS } from "./batch-given.ts";
import { apiFixture } from "./given.ts";

/** Of a synchronous answer: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_BYTES = 6_000_000;
const LASTING = `Bearer ${jwt({ application_id: "app", exp: epoch(86_400) })}`;
/** Each of its characters is six in JSON, and seven in the JSON that this is sent in. */
const LONG_REFERENCE = "\u0001".repeat(64);

/** What the api answers, and the bytes that Lambda has to carry for it. */
async function ask({ handler }: ReturnType<typeof apiFixture>, method: string, path: string, body = "") {
  const [rawPath, rawQueryString = ""] = path.split("?");
  const event = {
    rawPath,
    rawQueryString,
    headers: { "content-type": "application/json", authorization: LASTING },
    requestContext: { domainName: "api.example", http: { method } },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  const result = (await handler(event)) as unknown as { statusCode: number; body: string };
  return { ...result, bytes: Buffer.byteLength(JSON.stringify(result)) };
}

const post = async (calls: readonly object[], top: object = {}) => {
  const body = JSON.stringify({ defaults: DEFAULTS, expires_in: 86_400, ...top, calls });
  const { statusCode, body: answer, bytes } = await ask(apiFixture(), "POST", "/call", body);
  return { statusCode, answer: JSON.parse(answer), bytes };
};

describe("the answer to a batch", () => {
  it("that is accepted in whole is one that Lambda carries, however long its references are", async () => {
    const to = "+491234567890123";
    const { statusCode, answer, bytes } = await post(
      new Array(MOST_CALLS_OF_BATCH).fill({ to, reference: LONG_REFERENCE }),
    );
    expect([statusCode, answer.accepted.length, answer.count, answer.rejected_count]).toEqual([202, 10_000, 10_000, 0]);
    expect(answer.accepted[1]).toEqual(expect.objectContaining({ repeated_to: true, reference: LONG_REFERENCE }));
    expect(bytes).toBeLessThan(LAMBDA_BYTES);
  });

  it.each([{}, { atomic: true }])(
    "that is wrong in every row lists the first hundred, and counts them all: %j",
    async (top) => {
      const wrong = { to: "x", from: "x", text: "", pin_code: "x", callback: "x", expires_in: 1, send_at: "x" };
      const { statusCode, answer, bytes } = await post(new Array(MOST_CALLS_OF_BATCH).fill(wrong), top);
      expect([statusCode, answer.rejected_count]).toEqual([400, 10_000]);
      expect(answer.rejected.map(({ index }: { index: number }) => index)).toEqual([...new Array(100).keys()]);
      expect(bytes).toBeLessThan(LAMBDA_BYTES);
    },
  );

  it("that is wrong in most rows names each call that is accepted, and the first hundred that are not", async () => {
    const right = { to: "447700900000" };
    const { answer } = await post([...new Array(150).fill({ to: "x" }), right]);
    expect([answer.count, answer.rejected.length, answer.rejected_count]).toEqual([1, 100, 150]);
    expect(answer.accepted).toEqual([expect.objectContaining({ index: 150, ...right })]);
  });

  it("of which most calls are too late counts these as well", async () => {
    const { answer } = await post(new Array(1_000).fill({ to: "447700900000" }), { expires_in: 10 });
    expect(answer.count + answer.rejected_count).toBe(1_000);
    expect([answer.accepted.length, answer.rejected.length]).toEqual([answer.count, 100]);
  });
});

describe("the longest page of results", () => {
  const ID = "3b241101-e2bb-4255-8caf-4136c566a962";
  const line = [
    report(2, { type: "dialed", uuid: UUID }),
    report(3, { type: "leg", status: "ringing" }),
    report(4, { type: "leg", status: "answered" }),
    ...[1, 2, 3].map((attempt) => report(4 + attempt, { type: "digits", attempt, matched: false })),
  ];

  it.each(["json&limit=100", "ndjson", "csv"])("is one that Lambda carries: %s", async (format) => {
    const api = apiFixture();
    for (let index = 0; index < 2_001; index += 1) {
      const tid = callIdOf({ batchId: ID, index });
      const spec = specOf({ tid, reference: LONG_REFERENCE, batch: { id: ID, index } });
      api.fixture.hold({ spec, call: after(accept(spec), claim(1), ...line) });
    }
    const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(120) };
    await api.fixture.batches.add({ id: ID, applicationId: "app", count: 2_001, ...times });
    const token = statusToken({ kind: "batch", id: ID, key: KEYS.status });
    const page = await ask(api, "GET", `/batch/${ID}/results?token=${token}&format=${format}`);
    expect(page).toMatchObject({ statusCode: 200 });
    expect(page.bytes).toBeLessThan(LAMBDA_BYTES);
  });
});
