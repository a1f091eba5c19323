import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { startCloud } from "./cloud.ts";
import { Counter } from "./counter.ts";
import { bodyOf, headersOf, newCustomer, registerKeys, setPace } from "./customer.ts";
import type { Scenario } from "./people.ts";
import { sum } from "./sum.ts";
import { countedTable } from "./table.ts";
import { Timeline } from "./timeline.ts";
import type { Usage } from "./usage.ts";

const CALLBACK = "https://customer.example/result";

/**
 * What calls ask of AWS from their requests until nothing is left to do: the functions as the stacks put them together,
 * on the real adapters of the table, one after the other in virtual time, each message in an invocation of its own but
 * for deadlines that come together.
 */
export async function play(stacks: Stacks, scenario: Scenario): Promise<Usage> {
  const { requests, callsPerSecond, isUnknown } = scenario;
  let counter = new Counter();
  const timeline = new Timeline();
  const table = await countedTable(stacks, { clock: timeline.clock, counter: () => counter });
  try {
    const names = [...new Set(requests.map(({ application }) => application))];
    const customers = new Map(
      await Promise.all(names.map(async (name) => [name, await newCustomer(name, timeline.nowMs)] as const)),
    );
    for (const customer of customers.values()) await setPace(table, customer, callsPerSecond);
    if (!isUnknown) await registerKeys(table, [...customers.values()]);
    // What an operator sets is no part of a call.
    counter = new Counter();
    const { ask, wiring } = startCloud({ stacks, parts: table.parts, timeline, counter, scenario });
    let next = 0;
    for (const { afterMs, application, calls } of requests) {
      const first = next;
      next += calls;
      const body = bodyOf({ calls, first, callback: CALLBACK });
      const headers = headersOf(customers.get(application)?.jwt ?? "", body);
      timeline.after(afterMs, () => ask(wiring.api, { url: "https://api.example/call", body, headers }));
    }
    await timeline.run();
    return counter.usage({ calls: sum(requests.map(({ calls }) => calls)), keptBytes: await table.keptBytes() });
  } finally {
    await table.stop();
  }
}
