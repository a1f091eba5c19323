import { buildApplication, buildRouteMap, text_en } from "@stricli/core";
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

const routes = buildRouteMap<string, Context>({
  docs: {
    brief: "Calls people, and tells whether they key the right PIN.",
    fullDescription:
      "Where the service is and who asks is said by flags, by PROMPTCALL_ENDPOINT, PROMPTCALL_APPLICATION_ID, " +
      "PROMPTCALL_PRIVATE_KEY_FILE, PROMPTCALL_JWT and PROMPTCALL_API_KEY, or by promptcall.json, in that order.",
  },
  routes: {
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
  },
});

export const application = buildApplication<Context>(routes, {
  name: "promptcall",
  scanner: { caseStyle: "allow-kebab-for-camel" },
  documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: !process.stdout.isTTY },
  completion: { includeAliases: true },
  localization: { text: { ...text_en, exceptionWhileRunningCommand: explained } },
  determineExitCode: exitCodeOf,
});
