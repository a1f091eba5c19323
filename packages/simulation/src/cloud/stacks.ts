import { fileURLToPath } from "node:url";
import { type Settings, SettingsSchema } from "@promptcall/core/contracts/settings";
import { evaluate } from "@promptcall/local/program/evaluate";
import { graphOf, type LocalGraph } from "@promptcall/local/program/graph";
import { Program } from "@promptcall/local/program/program";
import { WiringError } from "../errors.ts";

/** The evaluated stacks of a stage: all resources, and the functions' settings. */
export interface Stacks {
  readonly graph: LocalGraph;
  readonly settings: Settings;
}

const ENDPOINTS = { sqs: "https://sqs.example", eventBridge: "https://events.example", dynamoDb: "https://db.example" };

/** Evaluates the stacks of the repository, or of an altered copy of it, as a deployment of that stage would. */
export async function evaluateStacks({
  root = fileURLToPath(new URL("../../../..", import.meta.url)),
  stage = "production",
  variables = {},
}: {
  root?: string;
  stage?: string;
  variables?: Record<string, string>;
} = {}): Promise<Stacks> {
  const program = new Program({ stage, endpoints: ENDPOINTS, secrets: () => "simulated" });
  await evaluate({ root, program, variables });
  for (const { name, url } of program.functions) url?.resolve(`https://${name.toLowerCase()}.example`);
  for (const { name, url } of program.apis) url.resolve(`https://${name.toLowerCase()}.example`);
  const settings = program.linkables.get("Settings");
  if (settings === undefined) throw new WiringError('The stacks have no "Settings" for the functions to read.');
  return { graph: await graphOf(program), settings: SettingsSchema.parse(program.link(settings).properties) };
}
