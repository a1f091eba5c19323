import type { Bus } from "../ports/bus.ts";
import { busName } from "../runtime/resources.ts";

/** Loaded with the first event: most messages of these functions publish none, and its client is a tenth of a start. */
export function lazyBus(): Bus {
  // Who has no link is told so at the start.
  const name = busName();
  const loaded = async () => (await import("./linked-bus.ts")).linkedBus(name);
  return { publish: async (...given) => await (await loaded()).publish(...given) };
}
