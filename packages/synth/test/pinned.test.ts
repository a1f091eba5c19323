import { beforeAll, describe, expect, inject, it } from "vitest";
import { stageConfig } from "../../../stacks/config.ts";
import { cloudOf } from "../src/cloud.ts";
import type { Graph } from "../src/graph.ts";
import { policies } from "../src/policies/all.ts";
import { settingsOf } from "../src/policies/settings.ts";
import { synthesize } from "../src/run/synthesize.ts";
import { alteredProgram, repository } from "./support/altered.ts";
import { BUDGETS } from "./support/budgets.ts";
import { flattened, numbersOf } from "./support/numbers.ts";

// To pin what was changed on purpose: `npx vitest run --project infrastructure packages/synth/test/pinned.test.ts -u`.
describe("the numbers of production", () => {
  it("are those that were pinned, as they are deployed", async () => {
    await expect(numbersOf(inject("production"))).toMatchFileSnapshot("pinned/production.md");
  });

  it("are those that were pinned, as the stacks have them", async () => {
    await expect(flattened(stageConfig("production"))).toMatchFileSnapshot("pinned/stage-config.md");
  });

  it("are read by the functions as the stacks have them", () => {
    const { tracing: _none, ...settings } = stageConfig("production").settings;
    expect(settingsOf(inject("production"))).toEqual(settings);
  });
});

const CONFIG = "stacks/config.ts";

interface Mutation {
  what: string;
  file: string;
  from: string;
  to: string;
  /** The pinned lines that are others then. */
  changes: RegExp;
  /** The policy that it breaks as well. */
  breaks?: string;
}

const MUTATIONS: readonly Mutation[] = [
  {
    what: "callbacks may go to private networks",
    file: CONFIG,
    from: "privateNetworks: false",
    to: "privateNetworks: true",
    changes: /^- settings\.callback\.privateNetworks \| false$/,
    breaks: "a callback goes to no private network",
  },
  {
    what: "a call is closed after 30 s",
    file: CONFIG,
    from: "deadlineSeconds: RINGING_SECONDS + LENGTH_SECONDS + 30",
    to: "deadlineSeconds: 30",
    changes: /^- settings\.timers\.deadlineSeconds \| \d+$/,
    breaks: "a call's deadline is not before it has rung and talked for as long as it may",
  },
  {
    what: "a callback is tried twice",
    file: CONFIG,
    from: "delaysSeconds: [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200]",
    to: "delaysSeconds: [5]",
    changes: /^- settings\.callback\.delaysSeconds \| 5, 30, /,
  },
  {
    what: "alarms go off a million times later",
    file: "stacks/watch/alarm.ts",
    from: "threshold: above,",
    to: "threshold: above * 1e6,",
    changes: /^- [a-z-]+ \| GreaterThanThreshold [1-9]\d* \|/,
  },
  {
    what: "the gateway lets one request a second through",
    file: "stacks/concurrency.ts",
    from: "requestsPerSecond: 500",
    to: "requestsPerSecond: 1",
    changes: /^- Api \| 500 requests\/s \|/,
  },
  {
    what: "every queue has two at once",
    file: "stacks/defaults/functions.ts",
    from: "scalingConfig: { maximumConcurrency }",
    to: "scalingConfig: { maximumConcurrency: maximumConcurrency && 2 }",
    changes: /^- \w+ to [\w/.-]+ \| .* \| at once \d+$/,
  },
];

/** Lines that are in the pinned files. */
const pinnedOf = (graph: Graph) => `${numbersOf(graph)}${flattened({ settings: settingsOf(graph) })}`.split("\n");

/** One program with all of them: none is in the way of another. */
describe("a changed number", () => {
  let now: Graph;

  beforeAll(async () => {
    const program = await alteredProgram(...MUTATIONS);
    now = await synthesize({ repository, root: program.root, stage: "production", code: "left out" });
    await program.remove();
  });

  it.each(MUTATIONS)("fails what is pinned: $what", ({ changes }) => {
    const changed = pinnedOf(inject("production")).filter((line) => changes.test(line));
    expect(changed).not.toEqual([]);
    expect(pinnedOf(now).filter((line) => changed.includes(line))).toEqual([]);
  });

  it("changes its own lines alone", () => {
    const lines = pinnedOf(now);
    const gone = pinnedOf(inject("production")).filter((line) => !lines.includes(line));
    expect(gone.filter((line) => !MUTATIONS.some(({ changes }) => changes.test(line)))).toEqual([]);
  });

  it("breaks the policy that is about it, and no other", () => {
    const broken = policies(BUDGETS).filter(({ violations }) => violations(cloudOf(now)).length > 0);
    const about = MUTATIONS.flatMap(({ breaks }) => breaks ?? []);
    expect(broken.map(({ name }) => name).toSorted()).toEqual(about.toSorted());
  });
});
