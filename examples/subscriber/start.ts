import { fileURLToPath } from "node:url";
import { endpointsIn } from "@promptcall/local/clients";
import { startLocal } from "@promptcall/local/local";
import { removeEnvironment, runningEnvironment, saveEnvironment } from "../../tools/system/running.ts";

/** What `npm run tally` needs to know of it. */
const WORD = { name: "subscriber", resources: ["Results"] };

/** Runs this app beside `npm start`, on its bus, until it is stopped. */
async function main(): Promise<number> {
  const stopping = Promise.withResolvers<void>();
  // Once: a second signal ends what does not stop by itself.
  process.once("SIGINT", stopping.resolve).once("SIGTERM", stopping.resolve);

  const environment = await runningEnvironment();
  if (environment === undefined) {
    console.error("There is no Promptcall here to subscribe to: begin with npm start.");
    return 1;
  }
  if ((await runningEnvironment(WORD.name)) !== undefined) {
    console.error("The subscriber runs here already.");
    return 1;
  }
  const busName = String(JSON.parse(environment.SST_RESOURCE_Bus ?? "{}").name);
  const local = await startLocal({
    root: fileURLToPath(new URL(".", import.meta.url)),
    attachTo: endpointsIn(environment),
    variables: { PROMPTCALL_BUS: busName, AWS_REGION: environment.AWS_REGION ?? "" },
    onLog: ({ line }) => console.log(line),
  });
  await saveEnvironment(local, WORD);
  console.log(`The subscriber is ready: it counts the results on ${busName}.`);
  await stopping.promise;
  await removeEnvironment(WORD.name);
  await local.stop();
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
