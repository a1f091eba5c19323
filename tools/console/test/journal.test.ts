import type { PhoneCall } from "@promptcall/console/data/stream-data";
import type { Call } from "@promptcall/console/data/types";
import { describe, expect, it } from "vitest";
import { Journal } from "../journal.ts";

const call = (tid: string, state: Call["state"] = "queued"): Call => ({
  tid,
  to: "44****0011",
  state,
  attempts: [],
  dials: [],
  accepted_at: "2026-11-30T10:00:00.000Z",
  callback: { state: "pending", attempts: [] },
});
const phone = (state: PhoneCall["state"] = "ringing"): PhoneCall => ({
  uuid: "1",
  to: "44****0011",
  from: "44****0099",
  state,
  rang_at: "2026-11-30T10:00:00.000Z",
  rings_until: "2026-11-30T10:00:20.000Z",
  attempt: 1,
  digits_keyed: 0,
});
const dataOf = (entries: readonly { data: unknown }[] | undefined) => entries?.map(({ data }) => data);

describe("the journal", () => {
  it("hands on what is told to whoever listens, until they stop", () => {
    const journal = new Journal();
    const heard: unknown[] = [];
    const stop = journal.listen((entry) => heard.push(entry));
    journal.publish({ event: "call", data: call("a") });
    stop();
    journal.publish({ event: "call", data: call("b") });
    expect(heard).toEqual([{ id: journal.lastId.replace("-2", "-1"), event: "call", data: call("a") }]);
  });

  it("tells whoever was away what they missed, and nothing twice", () => {
    const journal = new Journal();
    journal.publish({ event: "call", data: call("a") });
    const seen = journal.lastId;
    journal.publish({ event: "call", data: call("b") });
    journal.publish({ event: "phone", data: phone() });
    expect(dataOf(journal.after(seen))).toEqual([call("b"), phone()]);
    expect(journal.after(journal.lastId)).toEqual([]);
  });

  it("knows nothing of another run, of the future, or of what is not kept any more", () => {
    const journal = new Journal();
    journal.publish({ event: "call", data: call("a") });
    const first = journal.lastId;
    for (let number = 0; number < 5_000; number += 1)
      journal.publish({ event: "call", data: { ...call("b"), uuid: String(number) } });
    expect(journal.after(first)).toHaveLength(5_000);
    journal.publish({ event: "call", data: call("c") });
    expect(journal.after(first)).toBeUndefined();
    expect(journal.after(new Journal().lastId)).toBeUndefined();
    expect(journal.after(first.replace(/\d+$/, "99999"))).toBeUndefined();
    expect(journal.after("nonsense")).toBeUndefined();
  });

  it("tells whoever knows nothing the newest word about each thing, the latest last", () => {
    const journal = new Journal();
    journal.publish({ event: "call", data: call("a") });
    journal.publish({ event: "phone", data: phone() });
    journal.publish({ event: "call", data: call("b") });
    journal.publish({ event: "phone", data: phone("ended") });
    journal.publish({ event: "call", data: call("a", "completed") });
    expect(dataOf(journal.newest())).toEqual([call("b"), phone("ended"), call("a", "completed")]);
  });
});
