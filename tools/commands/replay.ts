import { parseArgs } from "node:util";
import { connect } from "../system/running.ts";

const USAGE = "npm run replay -- --queue callbacks [--tid <tid>]…";

/** The tids; or, as text, what is wrong with the options. */
function tidsFrom(args: string[]): readonly string[] | string {
  try {
    const options = { queue: { type: "string" }, tid: { type: "string", multiple: true } } as const;
    const { queue, tid = [] } = parseArgs({ args, options }).values;
    if (queue === undefined) return "Say which queue";
    return queue === "callbacks" ? tid : `There is no queue '${queue}' to replay`;
  } catch (error) {
    // The first sentence says what, the others how to write it otherwise.
    return error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
  }
}

async function main(): Promise<number> {
  const tids = tidsFrom(process.argv.slice(2));
  if (typeof tids === "string") {
    console.error(`${tids}. Usage: ${USAGE}`);
    return 1;
  }
  if (!(await connect())) {
    console.error("Nothing to replay from: run it beside npm start, or as npx sst shell -- npm run replay -- …");
    return 1;
  }
  // The clients take their region and endpoints from the environment when they are made.
  const { linkedReplay } = await import("@promptcall/functions/dispatcher/linked-replay");
  const { sent, left } = await linkedReplay()({
    ...(tids.length > 0 && { tids: new Set(tids) }),
    report: (line) => console.log(line),
  });
  console.log(`${sent} sent again, ${left} left.`);
  return 0;
}

process.exit(await main());
