import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type LinesOptions, printedLine } from "../log-lines.ts";

const TID = "3b241101-e2bb-4255-8caf-4136c566a962";
const AT = "2026-01-01T12:00:00.250Z";

const lineOf = (record: object) => JSON.stringify({ level: "INFO", timestamp: AT, service: "dialer", ...record });
const PLACED = lineOf({ message: "dial.placed", request_id: "r-1", message_id: "m-1", tid: TID, late_ms: 12 });

function terminal({ isTTY = true } = {}): NodeJS.WriteStream {
  const depth = () => 8;
  return Object.assign(new PassThrough(), { isTTY, getColorDepth: depth }) as unknown as NodeJS.WriteStream;
}

const FOR_PEOPLE: LinesOptions = { isForPeople: true, withMetrics: false, stream: terminal() };
const FOR_MACHINES: LinesOptions = { isForPeople: false, withMetrics: false, stream: terminal({ isTTY: false }) };

const print = (line: string, options: LinesOptions = FOR_PEOPLE, invokedAtMs?: number) =>
  printedLine(
    { functionName: "DialQueueSubscriber", line, stream: "stdout", ...(invokedAtMs !== undefined && { invokedAtMs }) },
    options,
  );
const plain = (text = "") => stripVTControlCharacters(text);

describe("a line about a unit of work", () => {
  it("has its time, call, function, what happened and how long it took in columns, and the rest behind them", () => {
    const shown = plain(print(PLACED, FOR_PEOPLE, Date.parse(AT) - 40));
    expect(shown).toMatch(/^\d\d:\d\d:00\.250 {2}3b241101 {2}dialer {8}dial\.placed {18}40 ms {2}late_ms 12$/);
  });

  it("has its columns where the others have them, whatever it lacks", () => {
    const batch = plain(print(lineOf({ service: "dead-letters", message: "batch.swept", batch_id: TID })));
    const none = plain(print(lineOf({ service: "api", message: "call.rejected", status: 401, code: "jwt_expired" })));
    const places = [plain(print(PLACED)), batch, none].map((line) => line.search(/\b(dial|batch|call)\.\w+/));
    expect(new Set(places)).toEqual(new Set([38]));
    expect(none).toMatch(/call\.rejected {23}status 401 {2}code jwt_expired$/);
  });

  it("is coloured on a terminal, by how it ended, and nowhere else", () => {
    const coloured = (record: object) => print(lineOf({ message: "event.reduced", tid: TID, ...record })) ?? "";
    expect(coloured({ result: "ok" })).toContain("\u001b[32mevent.reduced");
    expect(coloured({ result: "failed" })).toContain("\u001b[33mevent.reduced");
    expect(coloured({ level: "ERROR", error: { name: "SealError" } })).toContain("\u001b[31mevent.reduced");
    const piped = print(PLACED, { ...FOR_PEOPLE, stream: terminal({ isTTY: false }) });
    expect(piped).toBe(plain(print(PLACED)));
  });

  it("tells of an error by name", () => {
    const error = { name: "ServiceTimeoutError", message: "a service did not answer" };
    expect(plain(print(lineOf({ level: "ERROR", message: "api.failed", error })))).toContain(
      `error ${JSON.stringify(error)}`,
    );
  });

  it("does not say how long it took when the next invocation has begun", () => {
    expect(plain(print(PLACED, FOR_PEOPLE, Date.parse(AT) + 5))).not.toMatch(/\d ms/);
  });

  it("stays as it was written for a machine", () => {
    expect(print(PLACED, FOR_MACHINES, 0)).toBe(PLACED);
  });
});

describe("any other line", () => {
  it.each([FOR_PEOPLE, FOR_MACHINES])("names its function", (options) => {
    expect(print("out of memory", options)).toBe("DialQueueSubscriber: out of memory");
    expect(print('{"a": 1}', options)).toBe('DialQueueSubscriber: {"a": 1}');
  });

  it("is left out where it is a metric, unless it is asked for", () => {
    const metric = '{"_aws":{"Timestamp":1}}';
    expect([print(metric), print(metric, { ...FOR_PEOPLE, withMetrics: true })]).toEqual([undefined, metric]);
  });

  it("has no metrics of a record in it, unless they are asked for", () => {
    const metrics = { CloudWatchMetrics: [{ Namespace: "Promptcall", Metrics: [{ Name: "CallsDialed" }] }] };
    const both = JSON.stringify({ ...JSON.parse(PLACED), _aws: metrics, stage: "local", CallsDialed: 1 });
    expect([print(both), print(both, FOR_MACHINES)]).toEqual([print(PLACED), print(PLACED, FOR_MACHINES)]);
    expect(print(both, { ...FOR_MACHINES, withMetrics: true })).toBe(both);
    expect(print(both, { ...FOR_PEOPLE, withMetrics: true })).toContain("CallsDialed 1");
  });
});
