import { describe, expect, it } from "vitest";
import { forgottenSpec, isWordless, withoutWords } from "../../src/call/erasure.ts";
import { spokenPartsOf } from "../../src/call/spoken-parts.ts";
import { CallRequestSchema } from "../../src/contracts/request.ts";

const request = CallRequestSchema.parse({
  to: "447700900001",
  from: "447700900999",
  pin_code: "0123",
  callback: "https://customer.example/result",
  advanced_machine_detection: "default",
  ...Object.fromEntries(
    Object.keys(CallRequestSchema.shape)
      .filter((name) => name === "text" || name === "introduction" || name.endsWith("_text"))
      .map((name) => [name, name === "repeat_text" ? true : `the canary of ${name}`]),
  ),
});
const spec = {
  tid: "3b241101-e2bb-4255-8caf-4136c566a962",
  applicationId: "app",
  to: request.to,
  from: "447700900999",
  ...spokenPartsOf({ ...request, text: request.text ?? "" }),
  pinHash: "hash",
  pinKeyId: "key",
  callback: { url: "https://customer.example/result", method: request.callback_method },
  acceptedAt: "2026-01-01T12:00:00.000Z",
  reference: "order-4711",
};

describe("the words of a call", () => {
  it("are all gone with its PIN's hash, whichever parameter they came in", () => {
    expect(JSON.stringify(spec).match(/canary/g)).toHaveLength(7);
    const kept = withoutWords(spec);
    expect(JSON.stringify(kept)).not.toMatch(/canary|hash/);
    expect([isWordless(spec), isWordless(kept)]).toEqual([false, true]);
  });

  it("are gone from what is forgotten, with all that is known of the person", () => {
    expect(JSON.stringify(forgottenSpec(spec))).not.toMatch(/canary|4477009000|4711/);
  });

  it("are gone so where the carrier chose the caller's number, too, which is no sign of having been forgotten", () => {
    const forgotten = forgottenSpec({ ...spec, from: "", randomFrom: true });
    expect(JSON.stringify(forgotten)).not.toMatch(/canary|4477009000|4711|randomFrom/);
    expect(forgottenSpec(forgotten)).toEqual(forgotten);
  });
});
