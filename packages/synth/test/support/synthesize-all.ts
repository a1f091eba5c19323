import path from "node:path";
import type { TestProject } from "vitest/node";
import type { Graph } from "../../src/graph.ts";
import { EVERY_VARIABLE } from "../../src/names.ts";
import { platformFolder } from "../../src/run/platform.ts";
import { synthesize } from "../../src/run/synthesize.ts";
import { repository } from "./altered.ts";

declare module "vitest" {
  interface ProvidedContext {
    production: Graph;
    /** Production with every variable of a deployment. */
    complete: Graph;
    personal: Graph;
    local: Graph;
    subscriber: Graph;
  }
}

const PROMPTCALL = { repository, root: repository };

const SUBSCRIBER = {
  root: path.join(repository, "examples/subscriber"),
  stage: "production",
  variables: {
    PROMPTCALL_BUS: "promptcall-production-BusBus",
    ALARM_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:alarms",
  },
};

/** Every stage once, for all tests, after what they need is installed. */
export default async function setup(project: TestProject): Promise<void> {
  // The code is that of production in every stage: it is built once.
  const stage = (name: string) => synthesize({ ...PROMPTCALL, stage: name, code: "left out" });
  await platformFolder({ root: repository });
  const [production, complete, personal, local, subscriber] = await Promise.all([
    synthesize({ ...PROMPTCALL, stage: "production" }),
    synthesize({ ...PROMPTCALL, stage: "production", variables: EVERY_VARIABLE, code: "left out" }),
    stage("anna"),
    stage("local"),
    synthesize({ repository, ...SUBSCRIBER }),
  ]);
  project.provide("production", production);
  project.provide("complete", complete);
  project.provide("personal", personal);
  project.provide("local", local);
  project.provide("subscriber", subscriber);
}
