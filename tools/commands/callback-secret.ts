import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import { connect } from "../system/running.ts";

async function main(): Promise<number> {
  const [applicationId] = process.argv.slice(2);
  if (applicationId === undefined) {
    console.error("Say whose: npm run callback-secret -- <Vonage application id>");
    return 1;
  }
  if (!(await connect())) {
    console.error("There is no key: run it beside npm start, or as npx sst shell -- npm run callback-secret -- …");
    return 1;
  }
  const { keys } = await import("@promptcall/functions/runtime/resources");
  const [current, ...others] = keys("CallbackKey").map((key) => formatSecret(callbackSecret({ key, applicationId })));
  console.log(others.length === 0 ? current : `${current}  current`);
  for (const secret of others) console.log(`${secret}  previous, or not current yet; results are signed with it, too`);
  return 0;
}

process.exit(await main());
