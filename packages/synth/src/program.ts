import { writeFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import { runtime } from "@pulumi/pulumi";
import * as sst from "sst-platform/components";
import { run } from "sst-platform/run";
import config from "synth-config";
import { globals } from "./globals.ts";
import type { Graph } from "./graph.ts";
import { Mocks } from "./mocks.ts";

/** What `synthesize` gives the process that evaluates a program. */
const { stage, outFile } = globals;

const { name, removal = "retain", protect = false, providers } = await config.app({ stage });
const region = providers?.aws?.region ?? "us-east-1";
Object.assign(globals.$app, { name, removal, protect, providers });
Object.assign(globalThis, { sst, aws });

const mocks = new Mocks({ region });
await runtime.setMocks(mocks, name, stage, false);

const registrations = new Map<string, { parent: string | undefined; retained: boolean }>();
const outputs = await runtime.runInPulumiStack(() =>
  run(async () => {
    runtime.registerStackTransformation(({ type, name, opts }) => {
      const parent = opts.parent as { __name?: string } | undefined;
      registrations.set(`${type} ${name}`, { parent: parent?.__name, retained: opts.retainOnDelete === true });
      return undefined;
    });
    return await config.run();
  }),
);

// The stack is there before what its functions wait for: only when nothing is left to do is the graph whole.
process.once("beforeExit", () => {
  const graph: Omit<Graph, "functions"> = {
    app: { name, stage, region, removal, protect },
    resources: mocks.resources.map(({ type, name, ...resource }) => {
      const { parent, retained = false } = registrations.get(`${type} ${name}`) ?? {};
      return { type, name, ...(parent !== undefined && { parent }), ...resource, retained };
    }),
    outputs: outputs ?? {},
  };
  writeFileSync(outFile, JSON.stringify(graph));
});
