import { mkdtemp, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkRows } from "../src/check-rows.ts";
import { NotNowError, OtherRowsError, RefusedError, UnansweredError } from "../src/errors.ts";
import { fileJournal } from "../src/file-journal.ts";
import type { Journal, JournalEntry } from "../src/journal.ts";
import type { Row } from "../src/row.ts";
import { read } from "../src/row-numbers.ts";
import type { Rows } from "../src/rows.ts";
import { sendRows } from "../src/send-rows.ts";
import { transport } from "../src/transport.ts";
import { type Mishap, Service } from "./support/service.ts";

const START_MS = Date.parse("2026-11-30T12:00:00Z");

let service: Service;
/** What was waited for, in seconds. */
let waits: number[];
let nowMs: number;

beforeEach(async () => {
  service = await Service.start();
  waits = [];
  nowMs = START_MS;
});
afterEach(() => service[Symbol.asyncDispose]());

const people = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ to: `person ${index}`, pin_code: "1234" }));

const journalOf = (entries: JournalEntry[] = []): Journal => ({
  entries: async () => entries,
  append: async (entry) => void entries.push(entry),
});

function send(
  rows: Rows,
  given: { journal?: Journal; retries?: number; mostRows?: number; onWait?: () => void; text?: string } = {},
) {
  const { journal = journalOf(), retries = 0, mostRows = 10, onWait, text = "Hi" } = given;
  const sleep = async (seconds: number) => {
    if (seconds > 0) waits.push(seconds);
    onWait?.();
  };
  const port = transport({
    endpoint: service.endpoint,
    jwtFor: async () => "jwt",
    fetch,
    sleep,
    retries,
    longestRetrySeconds: 30,
  });
  return sendRows(
    {
      rows,
      mostRows,
      parameters: { defaults: { text } },
      journal,
      onProgress: undefined,
      longestWaitSeconds: 3_600,
      signal: undefined,
    },
    { send: port, sleep, nowMs: () => nowMs },
  );
}

const everyone = (count: number) => new Map(people(count).map(({ to }) => [to, 1]));

describe("rows that are sent", () => {
  it("go out in batches of 10, each with a key of its own", async () => {
    const created = await send(people(21));
    expect(created).toMatchObject({ accepted: 21, rejected: [] });
    expect(created.batches.map(({ rows }) => rows)).toEqual(["0-9", "10-19", "20"]);
    expect(service.requests.map(({ rows }) => rows)).toEqual([10, 10, 1]);
    expect(new Set(service.requests.map(({ key }) => key)).size).toBe(3);
    expect(service.called).toEqual(everyone(21));
  });

  it("go out in smaller batches where they are long", async () => {
    const long = people(5).map((row) => ({ ...row, text: "x".repeat(1_500_000) }));
    await send(long, { mostRows: 10_000 });
    expect(service.requests.map(({ rows }) => rows)).toEqual([2, 2, 1]);
  });

  it("may come from a generator, a stream, or a table", async () => {
    await send(
      (async function* () {
        yield* people(2);
      })(),
    );
    await send(ReadableStream.from(people(4).slice(2)) as AsyncIterable<Row>);
    await send("\uFEFFTo;PIN code\r\nperson 4;0042\r\n;\r\n");
    expect(service.called).toEqual(everyone(5));
  });

  it("are told of by their number where they are wrong, however many there are", async () => {
    const rows = people(600).map((row, index) => (index % 2 === 0 ? { ...row, to: "wrong" } : row));
    const { accepted, rejected } = await send(rows, { mostRows: 10_000 });
    expect(accepted).toBe(300);
    expect(rejected.map(({ index }) => index)).toEqual(
      people(600).flatMap((_, index) => (index % 2 === 0 ? [index] : [])),
    );
    expect(new Set(service.called.values())).toEqual(new Set([1]));
  });

  it("are offered again when there is room, where they came too late", async () => {
    service.room = 3;
    const { accepted } = await send(people(10), { onWait: () => (service.room += 4) });
    expect(accepted).toBe(10);
    expect(waits).toEqual([9, 9]);
    expect(service.called).toEqual(everyone(10));
  });
});

describe("a service that misbehaves", () => {
  const MISHAPS: Mishap[] = ["cut_after", "unavailable_after", "not_json_after", "cut_before", "busy", "bad_gateway"];

  it.each(MISHAPS)("is asked again with the same key after %s, and calls nobody twice", async (mishap) => {
    service.mishaps.push(mishap);
    const { accepted } = await send(people(3), { retries: 1 });
    expect(accepted).toBe(3);
    expect(service.called).toEqual(everyone(3));
    expect(service.requests).toHaveLength(2);
    expect(new Set(service.requests.map(({ key }) => key)).size).toBe(1);
  });

  it("that says when to come again is asked then", async () => {
    service.mishaps.push("busy");
    await send(people(3), { retries: 1 });
    expect(waits).toEqual([7]);
  });

  it("is given up after some tries, and the same journal goes on later", async () => {
    const journal = journalOf();
    service.mishaps.push("cut_after");
    await expect(send(people(3), { journal })).rejects.toThrow(UnansweredError);
    expect(await send(people(3), { journal })).toMatchObject({ accepted: 3 });
    expect(service.called).toEqual(everyone(3));
  });
});

describe("a journal", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "journal-"));
    path = join(folder, "rows.journal");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Dies at the nth thing that it appends: before it, or after. */
  function dying({ at, isWritten }: { at: number; isWritten: boolean }): Journal {
    const file = fileJournal(path);
    let appended = 0;
    return {
      entries: file.entries,
      async append(entry) {
        appended += 1;
        if (appended === at && !isWritten) throw new Error("died");
        await file.append(entry);
        if (appended === at) throw new Error("died");
      },
    };
  }

  const rows = people(25).map((row, index) => (index % 10 === 7 ? { ...row, to: "wrong" } : row));
  const right = new Map(rows.filter(({ to }) => to !== "wrong").map(({ to }) => [to, 1]));

  it.each(
    [1, 2, 3, 4, 5, 6, 7].flatMap((at) => [
      { at, isWritten: false },
      { at, isWritten: true },
    ]),
  )("goes on where a process died at its entry $at (written: $isWritten), and calls nobody twice", async (death) => {
    await expect(send(rows, { journal: dying(death) })).rejects.toThrow("died");
    const created = await send(rows, { journal: fileJournal(path) });
    expect(created.accepted).toBe(right.size);
    expect(created.rejected.map(({ index }) => index)).toEqual([7, 17]);
    expect(created.batches.flatMap((batch) => read(batch.rows))).toHaveLength(right.size);
    expect(service.called).toEqual(right);
  });

  it("that was cut in the middle of a line goes on before it", async () => {
    await send(people(3), { journal: fileJournal(path) });
    await truncate(path, (await readFile(path)).length - 5);
    expect(await send(people(3), { journal: fileJournal(path) })).toMatchObject({ accepted: 3 });
    expect(service.called).toEqual(everyone(3));
  });

  it("has nothing to do once all is sent", async () => {
    await send(people(3), { journal: fileJournal(path) });
    await send(people(3), { journal: fileJournal(path) });
    expect(service.requests).toHaveLength(1);
  });

  it.each([
    ["a row before the last is another", [...people(2), { to: "person 9" }, { to: "person 3" }]],
    ["a row is missing", people(3)],
    ["a row was put in", [{ to: "person 8" }, ...people(4)]],
  ])("is not gone on with where %s", async (_, others) => {
    await send(people(4), { journal: fileJournal(path) });
    await expect(send(others, { journal: fileJournal(path) })).rejects.toThrow(OtherRowsError);
    expect(service.requests).toHaveLength(1);
  });

  it("is gone on with where rows were put behind the last", async () => {
    await send(people(4), { journal: fileJournal(path) });
    await send(people(6), { journal: fileJournal(path) });
    expect(service.called).toEqual(everyone(6));
  });

  it("is not gone on with where the text is another", async () => {
    await send(people(4), { journal: fileJournal(path) });
    await expect(send(people(4), { journal: fileJournal(path), text: "Hello" })).rejects.toThrow(OtherRowsError);
  });

  it("holds no PIN, no text and no number", async () => {
    await send(
      people(2).map((row) => ({ ...row, pin_code: "8642097531", to: "447700900001" })),
      { journal: fileJournal(path), text: "canary" },
    );
    expect(await readFile(path, "utf8")).not.toMatch(/8642097531|canary|447700900001/);
  });

  it("a day after an answer was lost tells of the rows, and sends them to nobody", async () => {
    service.mishaps.push("cut_after");
    await expect(send(people(2), { journal: fileJournal(path) })).rejects.toThrow(UnansweredError);
    nowMs += 24 * 3_600_000;
    const { accepted, rejected } = await send(people(3), { journal: fileJournal(path) });
    expect(rejected.map(({ index, code }) => ({ index, code }))).toEqual([
      { index: 0, code: "unanswered" },
      { index: 1, code: "unanswered" },
    ]);
    expect(accepted).toBe(1);
    expect(service.called).toEqual(everyone(3));
  });

  it("is another file's where it is no journal", async () => {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(path, "to,pin_code\n1,2\n");
    await expect(send(people(1), { journal: fileJournal(path) })).rejects.toThrow("line 1: not an entry of a journal");
  });
});

it("who is asked to wait for too long gives up", async () => {
  service.room = 0;
  const port = transport({
    endpoint: service.endpoint,
    jwtFor: async () => "jwt",
    fetch,
    sleep: async () => {},
    retries: 0,
    longestRetrySeconds: 30,
  });
  const given = {
    rows: people(1),
    mostRows: 10,
    parameters: {},
    journal: journalOf(),
    onProgress: undefined,
    longestWaitSeconds: 5,
    signal: undefined,
  };
  const sent = sendRows(given, { send: port, sleep: async () => {}, nowMs: () => nowMs });
  await expect(sent).rejects.toBeInstanceOf(NotNowError);
  await expect(sent).rejects.toBeInstanceOf(RefusedError);
  await expect(sent).rejects.toMatchObject({ code: "too_late", retryAfterSeconds: 9, status: 429 });
});

it("rows are looked at before they are sent, and nobody is called", async () => {
  const port = transport({
    endpoint: service.endpoint,
    jwtFor: async () => "jwt",
    fetch,
    sleep: async () => {},
    retries: 0,
    longestRetrySeconds: 30,
  });
  const rows = [...people(12), { to: "wrong" }];
  const checked = await checkRows({ rows, parameters: {}, mostRows: 10 }, port);
  expect(checked).toMatchObject({ count: 13, rejected: [{ index: 12 }], rejectedCount: 1 });
  expect(checked.estimates.map(({ count }) => count)).toEqual([10, 2]);
  expect(await checkRows({ rows: [{ to: "wrong" }], parameters: {}, mostRows: 10 }, port)).toMatchObject({
    count: 1,
    estimates: [],
    rejected: [{ index: 0 }],
  });
  expect(service.called.size).toBe(0);
});
