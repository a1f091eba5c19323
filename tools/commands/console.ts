import { parseArgs } from "node:util";
import { startStagePage } from "../console/stage-page.ts";
import { portFrom } from "../system/ports.ts";
import { VariableError } from "./explain.ts";

const { api } = parseArgs({ options: { api: { type: "string" } } }).values;
if (api === undefined || !/^https?:\/\/./.test(api) || !URL.canParse(api))
  throw new VariableError(
    "Say which stage: npm run console -- --api https://…, the address that its deployment has printed",
  );

const stopping = Promise.withResolvers<void>();
process.once("SIGINT", stopping.resolve).once("SIGTERM", stopping.resolve);
const page = await startStagePage({ api, port: portFrom("PORT", 3002) });
console.log(`The page of ${new URL(api).host} is ready: ${page.url}`);
await stopping.promise;
await page.stop();
process.exit(0);
