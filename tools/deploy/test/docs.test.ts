import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allConsumers, concurrencyPlan } from "../../../stacks/concurrency.ts";
import { VariablesSchema } from "../../../stacks/config.ts";
import { repository } from "./support/run.ts";

const page = await readFile(path.join(repository, "docs/operations/deploy.md"), "utf8");

/** Rows of the table that follows a heading, cell by cell. */
function tableUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split(/^#/m)[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll(/[`*]/g, "").trim()),
  );
}

describe("the documentation", () => {
  it("lists every variable of a deployment, and no other", () => {
    const ofTheLocalStage = ["SIM_SPEED", "SHORT_DEADLINES", "WEBHOOKS_URL", "VERBOSE_EVENTS", "PRIVATE_NETWORKS"];
    const listed = tableUnder("Variables of a deployment")
      .slice(2)
      .map(([name]) => name);
    const all = Object.keys(VariablesSchema.shape).filter((name) => !ofTheLocalStage.includes(name));
    expect(listed.toSorted()).toEqual(all.toSorted());
  });

  it("has the headings that faults point to", () => {
    expect(page).toContain("\n## The first time\n");
    expect(page).toContain("\n## Variables of a deployment\n");
  });

  it("tells how many functions run at once as the stacks have it", () => {
    const [head = [], , ...rows] = tableUnder("How many functions run at once");
    const columns = head.slice(1).map((cell) => {
      const account = Number.parseInt(cell, 10);
      const plan = concurrencyPlan({ account, production: true, isLocal: false });
      const { dialer, reducer, consumer, callbacks, callbackRetries } = plan.maximumConcurrency;
      const { reserved, oneCallbackQueue } = plan;
      const busy = allConsumers(plan.maximumConcurrency) - (oneCallbackQueue ? callbacks + 3 * consumer : 0);
      return [
        `${dialer}`,
        `${reducer}`,
        `${consumer}`,
        oneCallbackQueue ? `${callbacks}, at rest` : `${callbacks}`,
        `${callbackRetries}`,
        `${consumer} each`,
        `${allConsumers(plan.maximumConcurrency)}`,
        reserved ? `${reserved.webhooks} and ${reserved.reducer}` : "—",
        `${account - busy}`,
        `${plan.throttle.requestsPerSecond}`,
      ];
    });
    expect(columns.length).toBe(6);
    expect(rows.map((row) => row.slice(1))).toEqual(rows.map((_, row) => columns.map((column) => column[row])));
  });
});
