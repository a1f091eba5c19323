import { main } from "../deploy/main.ts";

process.exit(await main({ command: "dev", args: process.argv.slice(2) }));
