import { start } from "./local-stage.ts";

await start(process.argv.slice(2));
process.exit(0);
