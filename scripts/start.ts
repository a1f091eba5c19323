import { explain, portFrom, simSpeed } from "./ports.ts";
import { leaveWord, takeWordBack } from "./running.ts";
import { startSystem } from "./system.ts";

async function main(): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  process.on("SIGINT", stopping.resolve).on("SIGTERM", stopping.resolve);

  console.log("State is in memory: it is gone when this stops.");
  const system = await startSystem({
    apiPort: portFrom("PORT", 3000),
    simPort: portFrom("SIM_PORT", 3001),
    speed: simSpeed(),
    onLog: ({ functionName, line }) => console.error(`${functionName}: ${line}`),
  });
  await leaveWord(system.local);
  console.log(`Promptcall is ready: ${system.apiUrl}`);
  await stopping.promise;
  await takeWordBack();
  await system.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(explain(error) ?? error);
    process.exit(1);
  },
);
