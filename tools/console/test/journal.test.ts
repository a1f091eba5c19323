import { describe, expect, it } from "vitest";
import { Journal } from "../journal.ts";

const call = (tid: string, state = "queued") => ({ tid, state });
const dataOf = (entries: readonly { data: unknown }[] | undefined) => entries?.map(({ data }) => data);

describe("the journal", () => {
  it("hands on what is told to whoever listens, until they stop", () => {
    const journal = new Journal();
    const heard: unknown[] = [];
    const stop = journal.listen((entry) => heard.push(entry));
    journal.publish("call", call("a"));
    stop();
    journal.publish("call", call("b"));
    expect(heard).toEqual([{ id: journal.lastId.replace("-2", "-1"), event: "call", data: call("a") }]);
  });

  it("tells whoever was away what they missed, and nothing twice", () => {
    const journal = new Journal();
    journal.publish("call", call("a"));
    const seen = journal.lastId;
    journal.publish("call", call("b"));
    journal.publish("phone", { uuid: "1" });
    expect(dataOf(journal.after(seen))).toEqual([call("b"), { uuid: "1" }]);
    expect(journal.after(journal.lastId)).toEqual([]);
  });

  it("knows nothing of another run, of the future, or of what is not kept any more", () => {
    const journal = new Journal();
    journal.publish("call", call("a"));
    const first = journal.lastId;
    for (let number = 0; number < 5_000; number += 1) journal.publish("call", call("b", String(number)));
    expect(journal.after(first)).toHaveLength(5_000);
    journal.publish("call", call("c"));
    expect(journal.after(first)).toBeUndefined();
    expect(journal.after(new Journal().lastId)).toBeUndefined();
    expect(journal.after(first.replace(/\d+$/, "99999"))).toBeUndefined();
    expect(journal.after("nonsense")).toBeUndefined();
  });

  it("tells whoever knows nothing the newest word about each thing, the latest last", () => {
    const journal = new Journal();
    journal.publish("call", call("a"));
    journal.publish("phone", { uuid: "1", state: "ringing" });
    journal.publish("call", call("b"));
    journal.publish("phone", { uuid: "1", state: "ended" });
    journal.publish("call", call("a", "completed"));
    expect(dataOf(journal.newest())).toEqual([call("b"), { uuid: "1", state: "ended" }, call("a", "completed")]);
  });
});
