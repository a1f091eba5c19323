import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import { keys } from "@promptcall/functions/runtime/resources";

const [applicationId] = process.argv.slice(2);

if (applicationId === undefined) {
  console.error("Say whose: npx sst shell -- npm run callback-secret -- <Vonage application id>");
  process.exit(1);
}
const [current, ...others] = keys("CallbackKey").map((key) => formatSecret(callbackSecret({ key, applicationId })));
console.log(others.length === 0 ? current : `${current}  current`);
for (const secret of others) console.log(`${secret}  previous, or not current yet; results are signed with it, too`);
