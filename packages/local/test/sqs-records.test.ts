import { describe, expect, it } from "vitest";
import { succeeded } from "../src/sqs/records.ts";

const messages = [{ MessageId: "a" }, { MessageId: "b" }];
const done = (response: unknown) => succeeded({ messages, response }).map(({ MessageId }) => MessageId);
const failing = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("a partial batch response", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["an empty object", {}],
    ["no list", { batchItemFailures: null }],
    ["an empty list", failing()],
  ])("of %s means that all went well", (_what, response) => {
    expect(done(response)).toEqual(["a", "b"]);
  });

  it("leaves the messages it names", () => {
    expect(done(failing("a"))).toEqual(["b"]);
    expect(done(failing("a", "b"))).toEqual([]);
  });

  it.each([
    ["an unknown id", failing("c")],
    ["an empty id", failing("a", "")],
    ["no id", failing(null)],
    ["another key", { batchItemFailures: [{ messageId: "a" }] }],
    ["a failure that is null", { batchItemFailures: [null] }],
    ["a list that is none", { batchItemFailures: "a" }],
    ["something else", "done"],
  ])("with %s means that all failed", (_what, response) => {
    expect(done(response)).toEqual([]);
  });
});
