import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { connect } from "../../tools/system/running.ts";
import { resultStore } from "./src/results.ts";

const [applicationId, day = new Date().toISOString().slice(0, "2026-01-01".length)] = process.argv.slice(2);

async function main(): Promise<number> {
  const usage = "npm run tally -- <Vonage application id> [<day, as 2026-01-01>]";
  if (applicationId === "--help" || applicationId === "-h") {
    console.log(`${usage}\n\nPrints how many calls ended in what on that day, or today.`);
    return 0;
  }
  if (applicationId === undefined) {
    console.error(`Say whose: ${usage}`);
    return 1;
  }
  if (!(await connect("subscriber"))) {
    console.error(
      "Nothing was counted here: run it beside npm run subscriber, or as npx sst shell -- npm run tally -- …",
    );
    return 1;
  }
  // It reads the environment when it is loaded.
  const { Resource } = await import("sst");
  const { Results } = z.object({ Results: z.object({ name: z.string() }) }).parse(Resource);
  const { tally } = resultStore({ client: new DynamoDBClient(), tableName: Results.name });
  console.log(JSON.stringify({ application_id: applicationId, day, ...(await tally({ applicationId, day })) }));
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
