import { main } from "@promptcall/deploy/main";

process.exit(await main({ command: "dev", args: process.argv.slice(2) }));
