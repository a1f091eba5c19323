import inspector from "node:inspector";
import { startLocalRun } from "../console/local-run.ts";
import { portFrom, simSpeed } from "../system/ports.ts";
import { removeEnvironment, saveEnvironment } from "../system/running.ts";
import { firstRequest } from "./first-request.ts";
import { printedLine } from "./log-lines.ts";

async function main(): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  // Once: a second signal ends what does not stop by itself.
  process.once("SIGINT", stopping.resolve).once("SIGTERM", stopping.resolve);

  const where = { apiPort: portFrom("PORT", 3000), simPort: portFrom("SIM_PORT", 3001), speed: simSpeed() };
  const lines = {
    isForPeople: process.stderr.isTTY === true && process.env.LOG !== "json",
    withMetrics: process.env.METRICS === "1",
    stream: process.stderr,
  };
  console.log("State is in memory: it is gone when this stops.");
  const { system, stop } = await startLocalRun({
    ...where,
    // Under a debugger: `npm run debug`.
    local: { untimed: inspector.url() !== undefined },
    shortDeadlines: false,
    onLog: (logged) => {
      const line = printedLine(logged, lines);
      if (line !== undefined) console.error(line);
    },
  });
  await saveEnvironment(system.local);
  console.log(`Promptcall is ready: ${system.apiUrl}`);
  console.log(firstRequest(system.apiUrl));
  await stopping.promise;
  await removeEnvironment();
  await stop();
}

await main();
process.exit(0);
