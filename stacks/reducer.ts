import { REPORTS } from "@promptcall/core/contracts/report-events";
import { bus, route } from "./bus.ts";
import { config, consumeBy, lambda, reserved } from "./defaults/functions.ts";
import { tableToFold } from "./links.ts";
import { state, timers } from "./queues.ts";
import { settings } from "./settings.ts";

export const reportsRule = route({
  name: "State",
  to: state,
  detailTypes: REPORTS.flatMap(({ shape }) => shape.type.def.values),
});

export const reducer = state.queue.subscribe(
  {
    ...lambda,
    handler: "packages/functions/src/reducer/lambda.handler",
    timeout: `${config.timeoutSeconds.reducer} seconds`,
    ...reserved("reducer"),
    link: [tableToFold, bus, timers.queue, settings],
  },
  consumeBy(config.maximumConcurrency.reducer),
);
