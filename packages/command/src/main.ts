#!/usr/bin/env node
import { applicationOf, COMMANDS } from "./application.ts";
import { devCommand } from "./commands/dev.ts";
import { runLine } from "./run-line.ts";

await runLine(applicationOf({ ...COMMANDS, dev: devCommand }), process.argv.slice(2));
