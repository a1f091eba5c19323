import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIAL } from "../../packages/functions/test/given.ts";
import { API_URL } from "../../tools/fuzz/door.ts";
import { type FuzzedRequest, requests } from "../../tools/fuzz/requests.ts";
import { type Harness, startHarness } from "./harness.ts";

const CASES = 400;
const AT_ONCE = 8;
const SEED = 20_261_130;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

/** The same request, to what runs here. The tokens in its address are of another deployment. */
async function send({ url, method, headers, body }: FuzzedRequest): Promise<number> {
  const { apiUrl, webhooksUrl } = harness.system;
  const { host: _host, ...others } = headers;
  const authorization = others.authorization?.replace(CREDENTIAL, harness.jwt);
  const { pathname, search } = new URL(url);
  const response = await fetch(
    `${url.startsWith(API_URL) ? apiUrl : webhooksUrl.replace(/\/$/, "")}${pathname}${search}`,
    {
      method,
      headers: { ...others, ...(authorization !== undefined && { authorization }) },
      ...(body !== undefined && { body: body as NonNullable<RequestInit["body"]> }),
    },
  );
  await response.arrayBuffer();
  return response.status;
}

describe("whatever comes over HTTP", () => {
  it(`is answered without a fault of ours: ${CASES} requests`, async () => {
    const left = fc.sample(requests, { numRuns: CASES, seed: SEED });
    const classes = new Map<number, number>();
    const faults: unknown[] = [];
    const work = async () => {
      for (let request = left.pop(); request !== undefined; request = left.pop()) {
        const status = await send(request);
        const kind = Math.floor(status / 100);
        classes.set(kind, (classes.get(kind) ?? 0) + 1);
        if (status >= 500) faults.push({ status, request: JSON.stringify(request).slice(0, 1_000) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(faults).toEqual([]);
    // Some calls were accepted, most requests were not.
    expect(classes.get(2)).toBeGreaterThan(CASES / 20);
    expect(classes.get(4)).toBeGreaterThan(CASES / 4);
    expect(harness.logLines.filter((line) => line.includes("api.failed") || line.includes("webhook.failed"))).toEqual(
      [],
    );
  });
});
