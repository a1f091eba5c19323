import { type Application, buildApplication, buildRouteMap, type Command, type RouteMap, text_en } from "@stricli/core";
import packageJson from "../package.json" with { type: "json" };
import { batchCommand } from "./commands/batch.ts";
import { callCommand } from "./commands/call.ts";
import { cancelCommand, pauseCommand, resumeCommand } from "./commands/changes.ts";
import { completionCommand } from "./commands/completion.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { listenCommand } from "./commands/listen.ts";
import { listCommand, resultsCommand, statusCommand, watchCommand } from "./commands/looks.ts";
import { replayCommand } from "./commands/replay.ts";
import type { Context } from "./context.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { explained } from "./explained.ts";

/** What the command can do wherever it is. */
export const COMMANDS = {
  call: callCommand,
  batch: batchCommand,
  status: statusCommand,
  watch: watchCommand,
  list: listCommand,
  results: resultsCommand,
  cancel: cancelCommand,
  pause: pauseCommand,
  resume: resumeCommand,
  replay: replayCommand,
  listen: listenCommand,
  doctor: doctorCommand,
  completion: completionCommand,
} as const;

/** The command, with what it can do. `explain` says in a line what a person can do something about. */
export function applicationOf(
  routes: Readonly<Record<string, Command<Context> | RouteMap<Context>>>,
  explain: (error: unknown) => string = explained,
): Application<Context> {
  const root = buildRouteMap<string, Context>({ docs: DOCS, routes });
  return buildApplication<Context>(root, {
    name: "promptcall",
    versionInfo: { currentVersion: packageJson.version },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: !process.stdout.isTTY },
    completion: { includeAliases: true },
    localization: { text: { ...text_en, exceptionWhileRunningCommand: explain } },
    determineExitCode: exitCodeOf,
  });
}

const DOCS = {
  brief: "Calls people, and tells whether they key the right PIN.",
  fullDescription:
    "Where the service is and who asks is said by flags, by PROMPTCALL_ENDPOINT, PROMPTCALL_APPLICATION_ID, " +
    "PROMPTCALL_PRIVATE_KEY_FILE, PROMPTCALL_JWT and PROMPTCALL_API_KEY, or by promptcall.json, in that order.",
};
