import inspector from "node:inspector";
import { portFrom, simSpeed } from "../system/ports.ts";
import { removeEnvironment, saveEnvironment } from "../system/running.ts";
import { startSystem } from "../system/system.ts";

async function main(): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  // Once: a second signal ends what does not stop by itself.
  process.once("SIGINT", stopping.resolve).once("SIGTERM", stopping.resolve);

  const where = { apiPort: portFrom("PORT", 3000), simPort: portFrom("SIM_PORT", 3001), speed: simSpeed() };
  console.log("State is in memory: it is gone when this stops.");
  const system = await startSystem({
    ...where,
    // Under a debugger: `npm run debug`.
    local: { untimed: inspector.url() !== undefined },
    onLog: ({ functionName, line }) => {
      if (!isMetrics(line) || process.env.METRICS === "1") console.error(`${functionName}: ${line}`);
    },
  });
  await saveEnvironment(system.local);
  console.log(`Promptcall is ready: ${system.apiUrl}`);
  await stopping.promise;
  await removeEnvironment();
  await system.stop();
}

/** Metric lines are for CloudWatch, not for a reader. */
function isMetrics(line: string): boolean {
  return line.startsWith('{"_aws":');
}

await main();
process.exit(0);
