import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConflictError } from "../../src/errors.ts";
import { log } from "../../src/telemetry/log.ts";
import { at, TID } from "../given.ts";
import { written } from "../written.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(at(0)) }));
afterEach(() => void vi.useRealTimers());

describe("a line of the log", () => {
  it("holds the unit of work, time, service and the given keys, and nothing else", async () => {
    const logged = { event: "dial.placed", tid: TID, attempt: 1, why: undefined } as const;
    expect(await written(() => log("dialer").info(logged))).toEqual([
      { level: "INFO", timestamp: at(0), service: "dialer", message: "dial.placed", tid: TID, attempt: 1 },
    ]);
  });

  const failed = (error: unknown) =>
    written(() => log("dialer").failure("message.failed", error, { message_id: "m1" }));
  const failure = async (error: unknown) => (await failed(error)).map((line) => line.error);

  it("about a failure names the unit of work and its keys", async () => {
    expect(await failed(new Error("x"))).toEqual([
      {
        level: "ERROR",
        timestamp: at(0),
        service: "dialer",
        message: "message.failed",
        message_id: "m1",
        error: { name: "Error" },
      },
    ]);
  });

  it("quotes an error of our own", async () => {
    const conflict = new ConflictError(TID);
    expect(await failure(conflict)).toEqual([
      { name: "ConflictError", message: `call ${TID} was changed by another writer` },
    ]);
  });

  it("logs other errors by name and Node's code only, since their messages may quote data", async () => {
    expect(await failure(new TypeError("Bearer secret"))).toEqual([{ name: "TypeError" }]);
    expect(await failure(Object.assign(new Error("secret"), { config: { headers: "Bearer secret" } }))).toEqual([
      { name: "Error" },
    ]);
    const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED" });
    expect(await failure(refused)).toEqual([{ name: "Error", code: "ECONNREFUSED" }]);
    expect(await failure(Object.assign(new Error("secret"), { code: "Bearer secret" }))).toEqual([{ name: "Error" }]);
  });

  it("gives a cause by name only", async () => {
    expect(await failure(new Error("secret", { cause: new RangeError("secret") }))).toEqual([
      { name: "Error", cause: "RangeError" },
    ]);
  });

  it("logs only the type of a value that is no error", async () => {
    expect(await failure("secret")).toEqual([{ name: "string" }]);
  });
});
