import { bus, dial, route, sealKey, settings, state, table, timers } from "./calls.ts";
import { config, consume, lambda } from "./lambda.ts";

route({
  name: "State",
  to: state,
  detailTypes: ["call.dialed", "call.dial_failed", "call.status", "call.digits"],
});

const progress = [table, bus, timers.queue, settings];

state.queue.subscribe(
  {
    ...lambda,
    handler: "packages/functions/src/reducer/lambda.handler",
    timeout: `${config.timeoutSeconds.reducer} seconds`,
    link: progress,
  },
  consume,
);

timers.queue.subscribe(
  { ...lambda, handler: "packages/functions/src/timers/lambda.handler", link: [...progress, sealKey] },
  consume,
);

const deadLetters = (of: "dial" | "state" | "timers") => ({
  ...lambda,
  handler: `packages/functions/src/dead-letters/lambda.${of}`,
  link: progress,
});

dial.deadLetters.subscribe(deadLetters("dial"), consume);
state.deadLetters.subscribe(deadLetters("state"), consume);
timers.deadLetters.subscribe(deadLetters("timers"), consume);
