import { writeFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import { runtime } from "@pulumi/pulumi";
import * as sst from "sst-platform/components";
import { run } from "sst-platform/run";
import config from "synth-config";
import type { Graph } from "../graph.ts";
import { globals } from "./globals.ts";
import { Mocks } from "./mocks.ts";
import { listenForRegistrations } from "./registrations.ts";

/** What `synthesize` gives the process that evaluates a program. */
const { stage, outFile } = globals;

const { name, removal = "retain", protect = false, providers } = await appOf(config);
const region = providers?.aws?.region ?? "us-east-1";
Object.assign(globals.$app, { name, removal, protect, providers });
Object.assign(globalThis, { sst, aws });

const mocks = new Mocks({ region });
await runtime.setMocks(mocks, name, stage, false);

const registrations = listenForRegistrations();
const outputs = await runtime.runInPulumiStack(() => run(() => config.run()));

// The stack is there before what its functions wait for: only when nothing is left to do is the graph whole.
process.once("beforeExit", () => {
  const graph: Omit<Graph, "functions"> = {
    app: { name, stage, region, removal, protect },
    resources: mocks.resources.map(({ type, name, ...resource }) => {
      const registration = registrations.get(`${type} ${name}`);
      if (registration === undefined) throw new TypeError(`${type} ${name} was not registered`);
      return { type, name, ...registration, ...resource };
    }),
    outputs: outputs ?? {},
  };
  writeFileSync(outFile, JSON.stringify(graph));
});

/** A wrong variable is reported by its message alone, without a stack trace. */
async function appOf({ app }: typeof config): Promise<Awaited<ReturnType<typeof app>>> {
  try {
    return await app({ stage });
  } catch (error) {
    if (!(error instanceof Error && error.name === "StageConfigError")) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
