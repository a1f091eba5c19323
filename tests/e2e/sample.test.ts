import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newAccount } from "../../tools/system/caller.ts";
import { type Harness, shareHarness } from "./harness.ts";

/**
 * Requests as users of the sample voice-ttsprompt-lambda send them, by its README: the same parameters, the private key by
 * curl or a JWT by Python, and only the address is another
 * (https://github.com/nexmo-community/voice-ttsprompt-lambda#invoking).
 */
const run = promisify(execFile);

let harness: Harness;
let folder: string;
const account = newAccount();

beforeAll(async () => {
  harness = await shareHarness();
  folder = await mkdtemp(join(tmpdir(), "sample-"));
  await writeFile(join(folder, "private.key"), account.pem);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await harness.stop();
});

/** The shell takes off the line end of the key, and single quotes within double ones stay. */
const CURL = `curl -sS -X POST "$URL/call" \
  --data-urlencode "private_key=\`cat private.key\`" \
  -d "app_id=$APP_ID" -d "to=14155550100" -d "from=14155550101" \
  -d "text='Please key in your code'" -d "pin_code=1234" \
  -d "callback=$CALLBACK" -d "callback_method=post" \
  -d "bye_text='thanks'" -d "failed_text='once more'"`;

/** With the standard library alone; it sends what `requests.post(url, json=data, headers=headers)` does. */
const PYTHON = `
import json, os, urllib.request

data = {
    "to": "14155550100",
    "from": "14155550101",
    "text": "Please key in your code",
    "pin_code": "1234",
    "callback": os.environ["CALLBACK"],
    "callback_method": "post",
    "bye_text": "thanks",
    "failed_text": "once more",
}
headers = {"Authorization": b"Bearer " + os.environb[b"JWT"], "User-Agent": "nexmo-python/2.0.0", "Content-Type": "application/json"}
request = urllib.request.Request(os.environ["URL"] + "/call", json.dumps(data).encode(), headers)
print(urllib.request.urlopen(request).read().decode())
`;

/** As the library of that time made it: good for a minute. */
async function jwtOfLibrary(): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  return await new SignJWT({ application_id: account.applicationId, iat, exp: iat + 60, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .sign(account.privateKey);
}

describe("a user of the sample", () => {
  it.each([
    ["with curl and the private key", "bash", ["-euc", CURL]],
    ["with Python and a JWT", "python3", ["-c", PYTHON]],
  ])("%s has a call placed, and its one result sent with POST", async (_, command, args) => {
    const { stdout } = await run(command, args, {
      cwd: folder,
      env: {
        ...process.env,
        URL: harness.system.apiUrl,
        CALLBACK: `${harness.customer.url}/result`,
        APP_ID: account.applicationId,
        JWT: await jwtOfLibrary(),
      },
    });
    const { tid } = JSON.parse(stdout) as { tid: string };
    expect(tid).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    const { method, parameters } = await harness.customer.results.first(tid);
    expect([method, parameters]).toEqual(["POST", { tid, to: "14155550100", status: "ok" }]);
  });
});
