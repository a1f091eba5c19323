import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import { buildCommand } from "@stricli/core";
import type { Context } from "../../packages/command/src/context.ts";
import { print } from "../../packages/command/src/output.ts";
import { connectToStage } from "./stage.ts";

export const callbackSecretCommand = buildCommand<object, [string], Context>({
  docs: {
    brief: "Print the secrets that sign an application's results",
    fullDescription: "Prints the secrets with which the results of an application are signed, the current one first.",
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "Id of the application at Vonage", placeholder: "ID" }],
    },
  },
  async func(_, applicationId) {
    await connectToStage();
    const { keys } = await import("@promptcall/functions/runtime/resources");
    const [current, ...others] = keys("CallbackKey").map((key) => formatSecret(callbackSecret({ key, applicationId })));
    print(this, others.length === 0 ? `${current}` : `${current}  current`);
    for (const secret of others)
      print(this, `${secret}  previous, or not current yet; results are signed with it, too`);
  },
});
