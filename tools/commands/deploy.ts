import { main } from "@promptcall/deploy/main";

process.exit(await main({ command: "deploy", args: process.argv.slice(2) }));
