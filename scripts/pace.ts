import { parseArgs } from "node:util";
import { connect } from "./running.ts";

const USAGE = "npm run pace -- --application <id> [--calls-per-second <number>]";

async function main(): Promise<number> {
  const options = { application: { type: "string" }, "calls-per-second": { type: "string" } } as const;
  const { application, "calls-per-second": text } = parseArgs({ args: process.argv.slice(3), options }).values;
  const callsPerSecond = text === undefined ? undefined : Number(text);
  if (application === undefined || (callsPerSecond !== undefined && !(callsPerSecond > 0 && callsPerSecond <= 1_000))) {
    console.error(`Say whose, and how many calls a second, up to 1000. Usage: ${USAGE}`);
    return 1;
  }
  if (!(await connect())) {
    console.error("There is no table: run it beside npm start, or as npx sst shell -- npm run pace -- …");
    return 1;
  }
  // The clients take their region and endpoints from the environment when they are made.
  const { linkedPaces } = await import("@promptcall/functions/adapters/clients");
  const paces = linkedPaces();
  if (callsPerSecond !== undefined) await paces.limit(application, callsPerSecond);
  const { limit, callsPerSecond: now, takenUntilMs } = await paces.read(application);
  const until = takenUntilMs > Date.now() ? `, places taken until ${new Date(takenUntilMs).toISOString()}` : "";
  console.log(`${application}: ${now} of ${limit} calls a second${until}`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
