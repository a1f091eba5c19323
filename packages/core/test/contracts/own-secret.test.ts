import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { confidentialFrom, writtenConfidential } from "../../src/contracts/confidential.ts";
import { ownSecret, secretFrom } from "../../src/contracts/own-secret.ts";

const written = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;

describe("a secret of a customer's own", () => {
  it("is 24 to 64 bytes, as the libraries read them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        const secret = `whsec_${Buffer.from(bytes).toString("base64")}`;
        expect(ownSecret().safeParse(secret)).toMatchObject({ success: true, data: secret });
        expect(new Uint8Array(secretFrom(secret))).toEqual(bytes);
      }),
    );
    expect(new Webhook(written(24)).sign("msg_1", new Date(0), "x")).toBe(
      new Webhook(secretFrom(written(24)), { format: "raw" }).sign("msg_1", new Date(0), "x"),
    );
  });

  it.each([
    ["too short", written(23)],
    ["too long", written(65)],
    ["without its prefix", Buffer.alloc(32).toString("base64")],
    ["of another kind", written(32).replace("whsec_", "whsk_")],
    ["with what is no base64", `whsec_${"*".repeat(43)}=`],
    ["cut off in the middle", written(32).slice(0, -4).concat("B")],
    ["in the other base64", `whsec_${Buffer.alloc(32, 255).toString("base64url")}`],
    ["empty", ""],
    ["a number", 7],
  ])("is none that is %s", (_, secret) => {
    const { error } = ownSecret().safeParse(secret);
    expect(error?.issues[0]?.message).toBe("expected whsec_ and 24 to 64 bytes in base64");
    if (typeof secret === "string") expect(() => secretFrom(secret)).toThrow(TypeError);
  });
});

describe("what is given for a receiver alone", () => {
  it.each([{ basic: "user:password" }, { secret: written(24) }, { basic: ":", secret: written(64) }])(
    "is read as it was written: %j",
    (confidential) => expect(confidentialFrom(writtenConfidential(confidential) ?? "")).toEqual(confidential),
  );

  it("is nothing where nothing was given", () => {
    expect(writtenConfidential({})).toBeUndefined();
  });
});
