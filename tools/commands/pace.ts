import { parseArgs } from "node:util";
import { connect } from "../system/running.ts";

const USAGE = "npm run pace -- --application <id> [--calls-per-second <number>] [--account <name>]";

async function main(): Promise<number> {
  const options = {
    application: { type: "string" },
    "calls-per-second": { type: "string" },
    account: { type: "string" },
  } as const;
  const { application, account, "calls-per-second": text } = parseArgs({ args: process.argv.slice(2), options }).values;
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
  const { linkedLoops, linkedOwners } = await import("@promptcall/functions/wiring/clients");
  const { setAccount, setPace } = await import("@promptcall/functions/dialing/set-pace");
  const ports = { loops: linkedLoops(), owners: linkedOwners() };
  if (account !== undefined && !(await setAccount({ applicationId: application, account }, ports))) {
    console.error(`${application} has calls that wait. Its account can be set when they are over.`);
    return 1;
  }
  const owner = await ports.owners.ownerOf(application);
  if (callsPerSecond !== undefined) await setPace({ owner, callsPerSecond }, ports);
  const loop = await ports.loops.read(owner);
  const batches = Object.keys(loop.batches).length;
  const next = loop.dueMs === undefined ? "at rest" : `next step at ${new Date(loop.dueMs).toISOString()}`;
  console.log(
    `${owner}: ${loop.currentCallsPerSecond} of ${loop.callsPerSecond} calls a second, ${batches} batch(es), ${next}`,
  );
  return 0;
}

process.exit(await main());
