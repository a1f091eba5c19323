import { main } from "../deploy/main.ts";

process.exit(await main({ command: "deploy", args: process.argv.slice(2) }));
