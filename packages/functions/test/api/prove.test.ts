import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type PublicKey, publicHalf } from "@promptcall/core/security/public-key";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { readCredential } from "../../src/api/proof/credential.ts";
import { prove } from "../../src/api/proof/prove.ts";
import { scriptedCarrier } from "../../testing/scripted-carrier.ts";
import { emptyFixture } from "../fixture.ts";
import { at, epoch, KEYS } from "../given.ts";

const pair = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, publicKey: publicHalf(privateKey) as PublicKey };
};
const own = pair();
const another = pair();

async function jwtBy(privateKey: KeyObject, claims: object = {}): Promise<string> {
  return await new SignJWT({
    application_id: "app",
    jti: crypto.randomUUID(),
    iat: epoch(0),
    exp: epoch(900),
    ...claims,
  })
    .setProtectedHeader({ alg: "RS256" })
    .sign(privateKey);
}

interface Given {
  readonly takes?: "yes" | "no" | null;
  readonly publicKeys?: readonly PublicKey[];
}

async function start({ takes = null, publicKeys }: Given = {}) {
  const fixture = { ...emptyFixture(), statusKeys: [KEYS.status] as const, carrier: scriptedCarrier({ takes }) };
  if (publicKeys) await fixture.applications.write("app", { seen: {}, next: { publicKeys } });
  return fixture;
}
type Fixture = Awaited<ReturnType<typeof start>>;

async function provenBy(
  given: ({ jwt: string } | { privateKey: KeyObject }) & { setsKeys?: boolean },
  fixture: Fixture,
) {
  const credential = readCredential(
    "jwt" in given
      ? { header: `Bearer ${given.jwt}`, fields: {} }
      : {
          header: undefined,
          fields: { app_id: "APP", private_key: given.privateKey.export({ type: "pkcs8", format: "pem" }) },
        },
    fixture,
  );
  if (!("evidence" in credential)) throw new Error(JSON.stringify(credential));
  const { setsKeys = false } = given;
  const proven = await prove({ ...credential, setsKeys }, fixture);
  return "problem" in proven ? `${proven.problem.status} ${proven.problem.code}` : proven.applicationId;
}

const asked = ({ carrier }: Fixture) => carrier.judged.length;

describe("an application with a registered key", () => {
  it("is proven by what that key has signed, and nobody is asked", async () => {
    const fixture = await start({ publicKeys: [another.publicKey, { pem: "no key any more" }, own.publicKey] });
    expect(await provenBy({ jwt: await jwtBy(own.privateKey) }, fixture)).toBe("app");
    expect(await provenBy({ jwt: await jwtBy(another.privateKey) }, fixture)).toBe("app");
    expect(await provenBy({ privateKey: own.privateKey }, fixture)).toBe("app");
    expect(asked(fixture)).toBe(0);
  });

  it("is not proven by another key, and nobody is asked", async () => {
    const fixture = await start({ publicKeys: [own.publicKey] });
    expect(await provenBy({ jwt: await jwtBy(another.privateKey) }, fixture)).toBe("401 credential_rejected");
    expect(await provenBy({ privateKey: another.privateKey }, fixture)).toBe("401 credential_rejected");
    expect(asked(fixture)).toBe(0);
    expect(fixture.proofRecords().size).toBe(0);
  });

  it("is not proven by a JWT whose claims were changed", async () => {
    const fixture = await start({ publicKeys: [own.publicKey] });
    const [header, , signature] = (await jwtBy(own.privateKey)).split(".");
    const claims = { application_id: "app", jti: "1", iat: epoch(0), exp: epoch(901) };
    const changed = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
    expect(await provenBy({ jwt: changed }, fixture)).toBe("401 credential_rejected");
  });
});

describe("an application that has registered a key itself", () => {
  const publicKeys = [{ ...another.publicKey, own: true }];

  it("is judged by it alone, but where keys are set: there by what the carrier takes as well", async () => {
    const fixture = await start({ takes: "yes", publicKeys });
    const jwt = await jwtBy(own.privateKey);
    expect(await provenBy({ jwt }, fixture)).toBe("401 credential_rejected");
    expect(asked(fixture)).toBe(0);
    expect(await provenBy({ jwt, setsKeys: true }, fixture)).toBe("app");
    expect(await provenBy({ privateKey: own.privateKey, setsKeys: true }, fixture)).toBe("app");
    // To be asked is not to be registered.
    expect((await fixture.applications.read("app")).publicKeys).toEqual(publicKeys);
    expect(await provenBy({ jwt: await jwtBy(another.privateKey) }, fixture)).toBe("app");
  });

  it("keeps out whom the carrier does not take, and everybody where the operator has registered one", async () => {
    const jwt = await jwtBy(own.privateKey);
    const forged = await start({ takes: "no", publicKeys });
    expect(await provenBy({ jwt, setsKeys: true }, forged)).toBe("401 credential_rejected");
    const operated = await start({ takes: "yes", publicKeys: [...publicKeys, pair().publicKey] });
    expect(await provenBy({ jwt, setsKeys: true }, operated)).toBe("401 credential_rejected");
    expect(asked(operated)).toBe(0);
  });
});

describe("an application without a registered key", () => {
  it("is proven by what the carrier takes, and it is asked once for each credential", async () => {
    const fixture = await start({ takes: "yes" });
    const jwt = await jwtBy(own.privateKey);
    for (let time = 0; time < 3; time += 1) expect(await provenBy({ jwt }, fixture)).toBe("app");
    expect(fixture.carrier.judged).toEqual([jwt]);
    expect(await provenBy({ jwt: await jwtBy(own.privateKey) }, fixture)).toBe("app");
    expect(asked(fixture)).toBe(2);
  });

  it("has the key told of that is learned from a private key, once", async () => {
    const fixture = await start({ takes: "yes" });
    expect(await provenBy({ jwt: await jwtBy(own.privateKey) }, fixture)).toBe("app");
    expect(fixture.bus.keyChanges).toEqual([]);
    for (let time = 0; time < 2; time += 1) expect(await provenBy({ privateKey: own.privateKey }, fixture)).toBe("app");
    expect(fixture.bus.keyChanges).toEqual([
      {
        type: "application.keys_changed",
        metadata: { id: "keys_changed_app_1", version: 1, application_id: "app", time: expect.any(String) },
        data: { kinds: ["learned"], by: "credential" },
      },
    ]);
  });

  it("is asked about once by many at the same time", async () => {
    const started = await start({ takes: "yes" });
    // Time stands still, and whoever waits lets the others go on.
    const clock = { ...started.clock, waitUntil: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    const fixture = { ...started, clock };
    const jwt = await jwtBy(own.privateKey);
    const proven = await Promise.all(Array.from({ length: 20 }, () => provenBy({ jwt }, fixture)));
    expect(new Set(proven)).toEqual(new Set(["app"]));
    expect(asked(fixture)).toBe(1);
  });

  it("is not proven by what it does not take, which is remembered for a minute", async () => {
    const fixture = await start({ takes: "no" });
    const jwt = await jwtBy(own.privateKey);
    for (let time = 0; time < 3; time += 1) expect(await provenBy({ jwt }, fixture)).toBe("401 credential_rejected");
    expect(asked(fixture)).toBe(1);
    fixture.clock.set(at(61));
    await provenBy({ jwt }, fixture);
    expect(asked(fixture)).toBe(2);
  });

  it("is remembered by a keyed hash that says nothing of the credential", async () => {
    const fixture = await start({ takes: "no" });
    const jwt = await jwtBy(own.privateKey);
    await provenBy({ jwt }, fixture);
    const written = JSON.stringify([...fixture.proofRecords()]);
    for (const part of jwt.split(".")) expect(written).not.toContain(part);
    expect(written).not.toContain("app");
  });

  it("is asked to come again when the carrier does not answer, and nothing is remembered", async () => {
    const fixture = await start();
    const jwt = await jwtBy(own.privateKey);
    expect(await provenBy({ jwt }, fixture)).toBe("503 credential_not_checked");
    expect(fixture.proofRecords().size).toBe(0);
    expect(await provenBy({ jwt }, fixture)).toBe("503 credential_not_checked");
    expect(asked(fixture)).toBe(2);
  });

  it("has five questions asked about it in a second, and no more", async () => {
    const fixture = await start({ takes: "no" });
    const now = fixture.clock.now().toISOString();
    const answers: string[] = [];
    for (let one = 0; one < 6; one += 1) {
      // The wait for the carrier's rate has moved it.
      fixture.clock.set(now);
      answers.push(await provenBy({ jwt: await jwtBy(another.privateKey) }, fixture));
    }
    expect(answers).toEqual([
      ...Array.from({ length: 5 }, () => "401 credential_rejected"),
      "429 too_many_new_credentials",
    ]);
    expect(asked(fixture)).toBe(5);
    fixture.clock.set(at(1));
    expect(await provenBy({ jwt: await jwtBy(another.privateKey) }, fixture)).toBe("401 credential_rejected");
  });

  it("has fifty questions asked about all of them in a second, and no more", async () => {
    const fixture = await start({ takes: "no" });
    const now = fixture.clock.now().toISOString();
    for (let one = 0; one < 50; one += 1) {
      fixture.clock.set(now);
      await provenBy({ jwt: await jwtBy(another.privateKey, { application_id: `app-${one}` }) }, fixture);
    }
    fixture.clock.set(now);
    expect(await provenBy({ jwt: await jwtBy(another.privateKey) }, fixture)).toBe("429 too_many_new_credentials");
    expect(asked(fixture)).toBe(50);
  });
});

describe("a private key", () => {
  it("that the carrier takes has its public half known, and nobody is asked again", async () => {
    const fixture = await start({ takes: "yes" });
    expect(await provenBy({ privateKey: own.privateKey }, fixture)).toBe("app");
    expect((await fixture.applications.read("app")).publicKeys).toEqual([{ ...own.publicKey, learned: true }]);
    expect(await provenBy({ privateKey: own.privateKey }, fixture)).toBe("app");
    expect(await provenBy({ jwt: await jwtBy(own.privateKey) }, fixture)).toBe("app");
    expect(asked(fixture)).toBe(1);
  });

  it("that the carrier does not take is not known", async () => {
    const fixture = await start({ takes: "no" });
    expect(await provenBy({ privateKey: own.privateKey }, fixture)).toBe("401 credential_rejected");
    expect(await fixture.applications.read("app")).toEqual({});
  });

  it("may be changed at the carrier without any notice here", async () => {
    const fixture = await start({ takes: "yes", publicKeys: [{ ...another.publicKey, learned: true }] });
    expect(await provenBy({ privateKey: own.privateKey }, fixture)).toBe("app");
    expect((await fixture.applications.read("app")).publicKeys).toEqual([{ ...own.publicKey, learned: true }]);
  });

  it("is judged by a JWT that is good for a minute and for calls alone", async () => {
    const fixture = await start({ takes: "yes" });
    await provenBy({ privateKey: own.privateKey }, fixture);
    const [, claims = ""] = fixture.carrier.judged[0]?.split(".") ?? [];
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
      application_id: "app",
      acl: { paths: { "/*/calls/**": {} } },
      jti: expect.any(String),
      iat: epoch(0),
      exp: epoch(60),
    });
  });
});
