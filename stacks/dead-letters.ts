import { bus } from "./bus.ts";
import { allowRecursion, consume, lambda } from "./defaults/functions.ts";
import { dial, state, timers } from "./queues.ts";
import { settings } from "./settings.ts";
import { table } from "./storage.ts";

const deadLetters = (of: "dial" | "state" | "timers") => ({
  ...lambda,
  handler: `packages/functions/src/dead-letters/lambda.${of}`,
  link: [table, bus, timers.queue, settings, dial.queue],
});

export const deadLetterConsumers = {
  dial: dial.deadLetters.subscribe(deadLetters("dial"), consume),
  state: state.deadLetters.subscribe(deadLetters("state"), consume),
  timers: timers.deadLetters.subscribe(deadLetters("timers"), consume),
};

// What is left of a dead message's work goes back to its queue, and comes here again only if it fails five times again: with
// fewer calls each time.
allowRecursion("DialDeadLetters", { of: deadLetterConsumers.dial.nodes.function.name });
allowRecursion("TimersDeadLetters", { of: deadLetterConsumers.timers.nodes.function.name });
