import { readFileSync } from "node:fs";
import path from "node:path";
import { METRICS } from "@promptcall/core/contracts/metrics";
import type { LogRecord } from "@promptcall/functions/ports/log";
import { describe, expect, inject, it } from "vitest";
import { alarmsOf } from "../src/alarms.ts";
import { cloudOf } from "../src/cloud.ts";
import { resourcesOf } from "../src/graph.ts";
import { repository } from "./support/altered.ts";

const graph = inject("production");
const alarms = alarmsOf(graph);
const sectionOf = ({ inputs }: (typeof alarms)[number]) => String(inputs.alarmDescription).split("#").at(-1) ?? "";

const [dashboard] = resourcesOf(graph, "aws:cloudwatch/dashboard:Dashboard");
const { widgets } = JSON.parse(String(dashboard?.inputs.dashboardBody)) as {
  widgets: { y: number; properties: { title: string; metrics: unknown[][] } }[];
};

const pageOf = (name: string) => readFileSync(path.join(repository, "docs/operations", name), "utf8");
const runbook = pageOf("runbook.md");
const matches = (pattern: RegExp) => [...runbook.matchAll(pattern)].map(([, found = ""]) => found);

/** Held to the log's own names by their type. */
const LOGGED = [
  "loop.stale",
  "dial.unknown",
  "webhook.status",
  "guard.tripped",
  "receiver.failing",
  "callback.retry",
  "callback.park",
  "callback.receiver_slow",
  "dead_letter.handled",
  "dead_letter.ignored",
] satisfies LogRecord["event"][];
/** The names of errors are not typed. */
const FAILED = ["message.failed"];

describe("the runbook", () => {
  it("has a section for every alarm, and none for an alarm that there is not", () => {
    const sections = matches(/^## ([a-z-]+)$/gm);
    expect(sections.toSorted()).toEqual([...new Set(alarms.map(sectionOf))].toSorted());
  });

  it("says of every alarm what it means, where to look, what to do, and when to escalate", () => {
    const sections = runbook.split(/^## /m).filter((text) => /^[a-z-]+\n/.test(text));
    const labelsOf = (text: string) => [...text.matchAll(/^\*\*([A-Z][a-z ]+)\.?\*\*/gm)].map(([, label]) => label);
    for (const section of sections)
      expect(labelsOf(section), section.split("\n")[0]).toEqual(["Means", "First look", "Do", "Escalate"]);
  });

  it("names no alarm that there is not", () => {
    const sections = [...new Set(alarms.map(sectionOf))];
    const named = matches(/`([a-z]+(?:-[a-z]+)+)`/g).filter((name) =>
      sections.some((section) => name.startsWith(section)),
    );
    const known = [...sections, ...alarms.map(({ name }) => name)];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("asks the log for messages that are written", () => {
    const asked = matches(/message = "([^"]+)"/g);
    expect(asked.length).toBeGreaterThan(6);
    expect(asked.filter((name) => ![...LOGGED, ...FAILED].includes(name))).toEqual([]);
    for (const like of matches(/message like \/([^/]+)\//g))
      expect(
        LOGGED.some((name) => new RegExp(like).test(name)),
        like,
      ).toBe(true);
  });

  it("names graphs that the dashboard has", () => {
    const titles = widgets.map(({ properties }) => properties.title);
    const named = ["Queued", "Dialing", "Webhooks, in ms", "Invocations", "Units of the table"];
    for (const name of named) expect(runbook).toContain(`*${name}*`);
    expect(named.filter((name) => !titles.includes(name))).toEqual([]);
  });

  it("lists the functions that may send to themselves, and no others", () => {
    const allowed = resourcesOf(graph, "aws:lambda/functionRecursionConfig:FunctionRecursionConfig").map(
      ({ inputs }) => inputs.functionName,
    );
    const invocations = widgets.find(({ properties }) => properties.title === "Invocations")?.properties.metrics ?? [];
    const named = invocations.flatMap((row) =>
      allowed.includes(row[3]) ? [(row.at(-1) as { label: string }).label] : [],
    );
    expect(matches(/^\| `([a-z-]+)`/gm).toSorted()).toEqual(named.toSorted());
    expect(named.length).toBe(allowed.length);
  });
});

const { queues, functions } = cloudOf(graph);

describe("the page of watching", () => {
  it("says how to find the log group of every function", () => {
    const [, told = ""] = /Their names have (.+) in\n/.exec(pageOf("watch.md")) ?? [];
    const words = [...told.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
    const logGroups = functions.map(({ logGroup }) => logGroup);
    expect(logGroups.length).toBeGreaterThan(0);
    expect(logGroups.filter((name) => !words.some((word) => name.includes(word)))).toEqual([]);
  });

  it("tells of every graph of the dashboard, row by row", () => {
    const [, list = ""] = pageOf("watch.md").split("## Dashboard\n");
    const told = [...list.matchAll(/^\d\. (.+)$/gm)].map(([, row = ""]) => row.split("; ").length);
    const rows = Map.groupBy(widgets, ({ y }) => y);
    expect(told).toEqual([...rows.values()].map((row) => row.length));
  });

  it("tells of every metric of ours", () => {
    const text = pageOf("watch.md");
    expect(Object.keys(METRICS).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

const timeoutOf = (name: string) => functions.find((fn) => fn.name.startsWith(name))?.timeoutSeconds;
const queueOf = (name: string) => queues.find((queue) => queue.name === name);

describe("the page of debugging", () => {
  it("says how long each function may stand still", () => {
    const [, first] = /without it ([\d, and]+) s, then/.exec(pageOf("debug.md")) ?? [];
    const names = ["DialQueue", "StateQueue", "TimersQueue", "CallbacksQueue"];
    expect(first?.match(/\d+/g)?.map(Number)).toEqual(names.map(timeoutOf));
    expect(pageOf("debug.md")).toMatch(new RegExp(`\\| webhooks +\\| ${timeoutOf("Webhooks")} s: `));
    expect(pageOf("debug.md")).toMatch(new RegExp(`\\| api +\\| ${timeoutOf("Api")} s; `));
  });
});

describe("the page of rotating keys", () => {
  it("says how long a message is tried that cannot be opened", () => {
    const page = pageOf("rotate-keys.md");
    const triedFor = (name: string) => {
      const { visibilityTimeoutSeconds = 0, redrive } = queueOf(name) ?? {};
      return (visibilityTimeoutSeconds * ((redrive?.maxReceiveCount ?? 0) - 1)) / 60;
    };
    expect(page).toContain(`tried five times in ${triedFor("DialQueue")} min`);
    const attempt = (queueOf("CallbacksQueue")?.visibilityTimeoutSeconds ?? 0) / 60;
    expect(page).toContain(`parked after five attempts of ${attempt} min`);
  });
});
