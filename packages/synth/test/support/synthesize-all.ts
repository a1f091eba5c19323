import path from "node:path";
import type { TestProject } from "vitest/node";
import type { Graph } from "../../src/graph.ts";
import { synthesize } from "../../src/synthesize.ts";
import { repository } from "./altered.ts";

declare module "vitest" {
  interface ProvidedContext {
    production: Graph;
    personal: Graph;
    local: Graph;
    subscriber: Graph;
  }
}

const SUBSCRIBER = {
  root: path.join(repository, "examples/subscriber"),
  stage: "production",
  variables: {
    PROMPTCALL_BUS: "promptcall-production-BusBus",
    ALARM_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:alarms",
  },
};

/** Every stage once, for all tests. */
export default async function setup(project: TestProject): Promise<void> {
  const stage = (name: string) => synthesize({ repository, root: repository, stage: name });
  project.provide("production", await stage("production"));
  project.provide("personal", await stage("anna"));
  project.provide("local", await stage("local"));
  project.provide("subscriber", await synthesize({ repository, ...SUBSCRIBER }));
}
