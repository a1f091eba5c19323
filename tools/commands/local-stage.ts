import inspector from "node:inspector";
import type { LogLine } from "@promptcall/local/functions/function-worker";
import { startLocalRun, startRealRun } from "../console/local-run.ts";
import { portFrom, simSpeed } from "../system/ports.ts";
import { removeEnvironment, saveEnvironment } from "../system/running.ts";
import { firstRealRequest, firstRequest } from "./first-request.ts";
import { printedLine } from "./log-lines.ts";
import { realCarrier } from "./real-carrier.ts";

/** Runs the whole system until it is stopped. */
export async function start(args: readonly string[]): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  // Once: a second signal ends what does not stop by itself.
  process.once("SIGINT", stopping.resolve).once("SIGTERM", stopping.resolve);

  const lines = {
    isForPeople: process.stderr.isTTY === true && process.env.LOG !== "json",
    withMetrics: process.env.METRICS === "1",
    stream: process.stderr,
  };
  const common = {
    apiPort: portFrom("PORT", 3000),
    // Under a debugger: `npm run debug`.
    local: { untimed: inspector.url() !== undefined },
    shortDeadlines: false,
    onLog: (logged: LogLine) => {
      const line = printedLine(logged, lines);
      if (line !== undefined) console.error(line);
    },
  };
  const real = realCarrier(args);
  console.log("State is in memory: it is gone when this stops.");
  const { system, stop } =
    real === undefined
      ? await startLocalRun({ ...common, simPort: portFrom("SIM_PORT", 3001), speed: simSpeed() })
      : await startRealRun({ ...common, ...real, speed: 1 });
  await saveEnvironment(system.local);
  console.log(`Promptcall is ready: ${system.apiUrl}`);
  console.log(real === undefined ? firstRequest(system.apiUrl) : firstRealRequest(system.apiUrl));
  await stopping.promise;
  await removeEnvironment();
  await stop();
}
