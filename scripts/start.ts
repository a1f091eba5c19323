import { explain, portFrom, simSpeed } from "./ports.ts";
import { leaveWord, takeWordBack } from "./running.ts";
import { startSystem } from "./system.ts";

async function main(): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  // Once: a second signal ends what does not stop by itself.
  process.once("SIGINT", stopping.resolve).once("SIGTERM", stopping.resolve);

  const where = { apiPort: portFrom("PORT", 3000), simPort: portFrom("SIM_PORT", 3001), speed: simSpeed() };
  console.log("State is in memory: it is gone when this stops.");
  const system = await startSystem({
    ...where,
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
