import { bus, dial, route, sealKey, settings, state, table, timers } from "./calls.ts";
import { allowRecursion, config, consume, consumeBy, lambda, reserved, working } from "./lambda.ts";

export const reportsRule = route({
  name: "State",
  to: state,
  detailTypes: ["call.dialed", "call.dial_failed", "call.status", "call.digits"],
});

const progress = [table, bus, timers.queue, settings];

export const reducer = state.queue.subscribe(
  {
    ...working,
    handler: "packages/functions/src/reducer/lambda.handler",
    timeout: `${config.timeoutSeconds.reducer} seconds`,
    ...reserved("reducer"),
    link: progress,
  },
  consumeBy(config.maximumConcurrency.reducer),
);

export const timersConsumer = timers.queue.subscribe(
  { ...lambda, handler: "packages/functions/src/timers/lambda.handler", link: [...progress, dial.queue, sealKey] },
  consume,
);

// A timer makes a hop every 15 minutes until its time, and long work is sent on in parts, each with less of it left.
allowRecursion("Timers", { of: timersConsumer.nodes.function.name });

const deadLetters = (of: "dial" | "state" | "timers") => ({
  ...lambda,
  handler: `packages/functions/src/dead-letters/lambda.${of}`,
  link: [...progress, dial.queue],
});

export const buriers = {
  dial: dial.deadLetters.subscribe(deadLetters("dial"), consume),
  state: state.deadLetters.subscribe(deadLetters("state"), consume),
  timers: timers.deadLetters.subscribe(deadLetters("timers"), consume),
};

// What is left of a dead message's work goes back to its queue, and comes here again only if it fails five times again: with
// fewer calls each time.
allowRecursion("DialDeadLetters", { of: buriers.dial.nodes.function.name });
allowRecursion("TimersDeadLetters", { of: buriers.timers.nodes.function.name });
