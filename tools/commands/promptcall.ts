import { buildCommand, buildRouteMap } from "@stricli/core";
import { applicationOf, COMMANDS } from "../../packages/command/src/application.ts";
import type { Context } from "../../packages/command/src/context.ts";
import { explained } from "../../packages/command/src/explained.ts";
import { runLine } from "../../packages/command/src/run-line.ts";
import { applicationCommand } from "../operator/application.ts";
import { callbackSecretCommand } from "../operator/callback-secret.ts";
import { replayCommand } from "../operator/replay.ts";
import { explain } from "./explain.ts";

/** What asks the stage itself, beside `npm start` or in `sst shell`. It is not published: it knows AWS. */
const operator = buildRouteMap({
  docs: { brief: "What the operator of a stage does, beside npm start or in sst shell" },
  routes: { application: applicationCommand, "callback-secret": callbackSecretCommand, replay: replayCommand },
});

const dev = buildCommand<{ carrier?: string; publicUrl?: string }, [], Context>({
  docs: { brief: "Run the whole service on this machine, as npm start does" },
  parameters: {
    flags: {
      carrier: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "vonage for real phones; simulated without it",
        placeholder: "NAME",
      },
      publicUrl: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Where a tunnel of yours leads to the webhooks on this machine",
        placeholder: "URL",
      },
    },
  },
  async func({ carrier, publicUrl }) {
    const { start } = await import("./local-stage.ts");
    await start([
      ...(carrier === undefined ? [] : ["--carrier", carrier]),
      ...(publicUrl === undefined ? [] : ["--public-url", publicUrl]),
    ]);
    process.exit(0);
  },
});

const application = applicationOf(
  { ...COMMANDS, dev, operator },
  (error) => explain(error, { command: "promptcall" }) ?? explained(error),
);
await runLine(application, process.argv.slice(2));
