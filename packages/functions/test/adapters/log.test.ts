import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { log } from "../../src/adapters/log.ts";
import { ConflictError } from "../../src/errors.ts";
import { TID } from "../given.ts";

// The logger writes to the console alone when it takes itself to be in development.
beforeEach(() => void vi.stubEnv("POWERTOOLS_DEV", "true"));
afterEach(() => void vi.unstubAllEnvs());

function lines(level: "info" | "error", write: () => void): unknown[] {
  const written = vi.spyOn(console, level).mockReturnValue();
  write();
  const parsed = written.mock.calls.map(([line]) => JSON.parse(line));
  written.mockRestore();
  return parsed;
}

describe("a line of the log", () => {
  it("names the unit of work and holds the keys it was given", () => {
    const told = { event: "dial.placed", tid: TID, attempt: 1, why: undefined } as const;
    expect(lines("info", () => log("dialer").info(told))).toEqual([
      expect.objectContaining({ level: "INFO", message: "dial.placed", service: "dialer", tid: TID, attempt: 1 }),
    ]);
  });

  const failure = (error: unknown) =>
    lines("error", () => log("dialer").failure("message.failed", error, { message_id: "m1" })).map(
      (written) => (written as { error: unknown }).error,
    );

  it("about a failure names the unit of work and its keys", () => {
    expect(lines("error", () => log("dialer").failure("message.failed", new Error("x"), { message_id: "m1" }))).toEqual(
      [expect.objectContaining({ level: "ERROR", message: "message.failed", service: "dialer", message_id: "m1" })],
    );
  });

  it("quotes an error of our own", () => {
    const conflict = new ConflictError(TID);
    expect(failure(conflict)).toEqual([
      { name: "ConflictError", message: `call ${TID} was changed by another writer` },
    ]);
  });

  it("gives other errors by name only: their messages may quote what they were given", () => {
    expect(failure(new TypeError("Bearer secret"))).toEqual([{ name: "TypeError" }]);
    expect(failure(Object.assign(new Error("secret"), { config: { headers: "Bearer secret" } }))).toEqual([
      { name: "Error" },
    ]);
  });

  it("gives a cause by name only", () => {
    expect(failure(new Error("secret", { cause: new RangeError("secret") }))).toEqual([
      { name: "Error", cause: "RangeError" },
    ]);
  });

  it("says of what is no error only what type it is of", () => {
    expect(failure("secret")).toEqual([{ name: "string" }]);
  });
});
