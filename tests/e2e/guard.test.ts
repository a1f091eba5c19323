import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { GuardTripped } from "@promptcall/core/contracts/application-events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { jwtOf, newAccount } from "../../tools/system/caller.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";

/** Calls to these are a destination of their own; whoever has the last two digits does not pick up, or keys the PIN. */
const SUSPECT = "447790";
const UNANSWERED = "06";
const RIGHT = "00";
const LEAST_CALLS = 4;

const GUARD = {
  denied_prefixes: ["4478"],
  calls_per_destination_per_hour: 2,
  rates: { [SUSPECT]: "0.05" },
  breaker: { least_calls: LEAST_CALLS, least_completed_share: 0.5, open_seconds: 600 },
};

let harness: Harness;
let unsubscribe: () => Promise<void>;
const trips = new Inbox<GuardTripped>();

beforeAll(async () => {
  harness = await startHarness({ variables: { GUARD: JSON.stringify(GUARD) } });
  unsubscribe = await subscribe({
    local: harness.system.local,
    name: "guard-witness",
    detailTypes: [],
    onEvent: () => {},
    onTrip: (event) => trips.put(event.data.rule, event),
  });
});
afterAll(async () => {
  await unsubscribe();
  await harness.stop();
});

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>> & { readonly type?: string; readonly price?: string };
}

async function ask(fields: object, jwt = harness.jwt): Promise<Answer> {
  const common = { from: "447700900999", pin_code: "1234", callback: `${harness.customer.url}/result`, ...TEXTS };
  const response = await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${jwt}`, "content-type": "application/json" },
    body: JSON.stringify("calls" in fields ? { defaults: common, ...fields } : { ...common, ...fields }),
  });
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body };
}

const refusal = (status: number, code: string) => ({
  status,
  body: { type: `urn:promptcall:problem:${code}`, status },
});

/** What the table has of an application, and of numbers: all but what was asked about its credential. */
async function itemsOf({ applicationId }: { applicationId: string }): Promise<readonly string[]> {
  const { local } = harness.system;
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamoDb,
    region: String(local.environment.AWS_REGION),
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: String(local.resource("Calls").name) }));
  client.destroy();
  const isAsked = /^(carrier|questions|proof)#/;
  return Items.flatMap(({ pk, sk, ...item }) => {
    const [key, written] = [`${pk?.S} ${sk?.S}`, JSON.stringify(item)];
    if (key.startsWith("calls-to#")) return `${key} ${written}`;
    return !isAsked.test(key) && `${key} ${written}`.includes(applicationId) ? key : [];
  }).sort();
}

describe("a request that the guard refuses", () => {
  it.each([
    [403, "premium_destination", { to: "+449098790000" }],
    [403, "satellite_destination", { to: "+881612345678" }],
    [403, "destination_denied", { to: "+447800900001" }],
    [403, "price_too_high", { to: "+447700905100", max_price: "0.01" }],
  ])("is answered %s %s, and leaves nothing behind", async (status, code, fields) => {
    const account = newAccount();
    const before = await itemsOf(account);
    expect(await ask(fields, await jwtOf(account))).toMatchObject(refusal(status, code));
    expect(await itemsOf(account)).toEqual(before);
  });

  it("is so by what the operator says of its application alone", async () => {
    const account = newAccount();
    const jwt = await jwtOf(account);
    await harness.guard(account.applicationId, { allowedPrefixes: ["33", "44"], callsPerDay: 2, deniedKinds: [] });
    expect(await ask({ to: "+4915112345678" }, jwt)).toMatchObject(refusal(403, "destination_not_allowed"));
    const calls = [{ to: "+447700905200" }, { to: "+447700905300" }, { to: "+447700905400" }];
    const tooMany = await ask({ calls }, jwt);
    expect(tooMany).toMatchObject(refusal(429, "application_limit"));
    expect(Number(tooMany.retryAfter)).toBeGreaterThan(0);
    expect(await ask({ calls: calls.slice(0, 2) }, jwt)).toMatchObject({ status: 202, body: { count: 2 } });
    expect(await ask({ to: "+447700905400" }, jwt)).toMatchObject(refusal(429, "application_limit"));
    const { metadata } = await trips.first("application_limit");
    expect(metadata.application_id).toBe(account.applicationId);
    expect((await ask({ to: "+4915112345678" })).status).toBe(202);
  });
});

describe("a number", () => {
  const to = "+447700905500";

  it("is called so often in an hour, by all applications together, and no number is in a key", async () => {
    const other = await jwtOf(newAccount());
    const statuses = [(await ask({ to })).status, (await ask({ to }, other)).status];
    expect(statuses).toEqual([202, 202]);
    const refused = await ask({ to }, other);
    expect(refused).toMatchObject(refusal(429, "destination_limit"));
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    const { data } = await trips.first("destination_limit");
    expect(data.to).toMatch(/^\+\d\d\*+\d\d$/);
    const counts = (await itemsOf(harness.account)).filter((item) => item.startsWith("calls-to#"));
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.join()).not.toContain(to.slice(1));
  });

  it("is taken as often as there is room for it in a batch, and each other row has its reason", async () => {
    const numbers = ["+447700905600", "+447700905600", "+449098790000", "+447700905600", "+447700905700"];
    const { status, body } = await ask({ calls: numbers.map((number) => ({ to: number })) });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      count: 3,
      rejected: [
        { index: 2, code: "premium_destination", errors: [{ field: "to" }] },
        { index: 3, code: "destination_limit", errors: [{ field: "to" }] },
      ],
      rejected_count: 2,
    });
  });
});

describe("a dry run", () => {
  it("tells when calls would be dialed and what they may cost, and leaves nothing behind", async () => {
    const account = newAccount();
    await harness.register(account);
    const jwt = await jwtOf(account);
    const before = await itemsOf(account);
    const one = await ask({ to: "+447700905800", dry_run: true }, jwt);
    expect(one).toMatchObject({ status: 200, body: { dry_run: true, count: 1, currency: "EUR" } });
    expect(Number(one.body.price)).toBeGreaterThan(0);
    const calls = ["+447700905800", "+449098790000", "x"].map((to) => ({ to }));
    const many = await ask({ calls, dry_run: true }, jwt);
    expect(many).toMatchObject({ status: 200, body: { dry_run: true, count: 1, rejected_count: 2 } });
    expect(many.body.price).toBe(one.body.price);
    expect(await itemsOf(account)).toEqual(before);
  });

  it("of a file is asked for in the query", async () => {
    const { from, callback, ...texts } = { from: "447700900999", callback: `${harness.customer.url}/result`, ...TEXTS };
    const fields = { to: "+447700905801", from, pin_code: "1234", callback, text: texts.text.replace(",", "") };
    const response = await fetch(`${harness.system.apiUrl}/call?dry_run=true`, {
      method: "POST",
      headers: { authorization: `Bearer ${harness.jwt}`, "content-type": "text/csv" },
      body: [Object.keys(fields), Object.values(fields)].join("\n"),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ dry_run: true, count: 1, rejected: [], rejected_count: 0 });
  });
});

describe("calls to where hardly anybody enters the PIN", () => {
  it("are suspended for their application, which is published on the bus, and for no other", async () => {
    const numbers = [RIGHT, ...new Array(LEAST_CALLS - 1).fill(UNANSWERED)].map(
      (ending, index) => `+${SUSPECT}${900 + index}0${ending}`,
    );
    const tids = await Promise.all(numbers.map((to) => harness.post({ to })));
    await Promise.all(tids.map((tid) => harness.customer.results.first(tid)));
    const { metadata, data } = await trips.first("destination_completion");
    expect([metadata.application_id, data.destination]).toEqual([harness.account.applicationId, SUSPECT]);

    const to = `+${SUSPECT}910000`;
    const refused = await ask({ to });
    expect(refused).toMatchObject(refusal(429, "destination_suspended"));
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    expect((await ask({ to: "+447700905900" })).status).toBe(202);
    expect((await ask({ to }, await jwtOf(newAccount()))).status).toBe(202);
  });
});
