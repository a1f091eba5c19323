import { bus, dial, route, sealKey, settings, state, table, timers } from "./calls.ts";
import { config, consume, consumeBy, lambda, reserved, working } from "./lambda.ts";

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
  { ...lambda, handler: "packages/functions/src/timers/lambda.handler", link: [...progress, sealKey] },
  consume,
);

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
