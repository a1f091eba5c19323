import { bus, dial, route, sealKey, settings, state, table, timers } from "./calls.ts";
import { consume, lambda } from "./lambda.ts";

route({
  name: "State",
  to: state,
  detailTypes: ["call.dialed", "call.dial_failed", "call.status", "call.digits"],
});

const progress = [table, bus, timers.queue, settings];

state.queue.subscribe({ ...lambda, handler: "packages/functions/src/reducer/lambda.handler", link: progress }, consume);

timers.queue.subscribe(
  { ...lambda, handler: "packages/functions/src/timers/lambda.handler", link: [...progress, sealKey] },
  consume,
);

const deadLetters = { ...lambda, handler: "packages/functions/src/dead-letters/lambda.handler", link: progress };

dial.deadLetters.subscribe(deadLetters, consume);
state.deadLetters.subscribe(deadLetters, consume);
timers.deadLetters.subscribe(deadLetters, consume);
