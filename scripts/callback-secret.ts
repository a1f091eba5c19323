import { callbackSecret, writtenSecret } from "@promptcall/core/callback-request";
import { key } from "@promptcall/functions/adapters/resources";

const [applicationId] = process.argv.slice(3);

if (applicationId === undefined) {
  console.error("Say whose: npx sst shell -- npm run callback-secret -- <Vonage application id>");
  process.exit(1);
}
console.log(writtenSecret(callbackSecret({ key: key("CallbackKey"), applicationId })));
