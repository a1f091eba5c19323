import { randomBytes } from "node:crypto";
import path from "node:path";
import { linkProperties } from "@promptcall/local/program/components/function";
import { evaluate } from "@promptcall/local/program/evaluate";
import { graphOf, type LocalGraph } from "@promptcall/local/program/graph";
import { Program } from "@promptcall/local/program/program";
import { bundle } from "@promptcall/synth/run/bundle";
import { bundling } from "../../../stacks/defaults/bundling.ts";
import { type Bundles, bundlesOf } from "../bundles.ts";
import { REPOSITORY } from "../repository.ts";
import type { Endpoint } from "./endpoint.ts";

interface DeployedFunction {
  /** The folder of its source, and the part of the source that it is. */
  readonly folder: string;
  readonly exportName: string;
}

/** The bundle that some functions have in common, with all that they are linked to. */
export interface Source {
  readonly bundles: Bundles;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly graph: LocalGraph;
  readonly resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  /** By folder: `api`, `dispatcher`. */
  readonly sources: ReadonlyMap<string, Source>;
  /** What runs a function, as JavaScript: Node would take the types off with a compiler of its own. */
  readonly runtime: string;
}

interface StageOptions {
  readonly endpoint: Pick<Endpoint, "url" | "certificate">;
  readonly folder: string;
}

/** All functions as they are deployed, but with the endpoint for AWS, for the carrier, and for their own addresses. */
export async function readStage({ endpoint: { url, certificate }, folder: into }: StageOptions): Promise<Stage> {
  const secret = () => randomBytes(32).toString("base64url");
  const endpoints = { sqs: url, eventBridge: url, dynamoDb: url };
  const program = new Program({
    ...{ stage: "local", endpoints },
    secrets: ({ placeholder }) => placeholder ?? secret(),
  });
  const variables = { VONAGE_HOST: url, SIM_SPEED: "1", VERBOSE_EVENTS: "false" };
  await evaluate({ root: REPOSITORY, program, variables });
  for (const declared of program.functions) declared.url?.resolve(url);
  for (const api of program.apis) api.url.resolve(url);
  const graph = await graphOf(program);
  const resources = await linkProperties({ program, links: program.linkables.values() });
  const shared = {
    ...{ AWS_REGION: program.app.region, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    ...{ AWS_ENDPOINT_URL: url, AWS_LAMBDA_FUNCTION_NAME: "function", TZ: ":UTC" },
    NODE_EXTRA_CA_CERTS: certificate,
    SST_RESOURCE_App: JSON.stringify({ name: graph.app.name, stage: graph.app.stage }),
  };
  const functions = new Map<string, DeployedFunction>();
  const environments = new Map<string, Record<string, string>>();
  for (const { name, handler, links } of graph.functions) {
    const folder = path.basename(path.dirname(handler));
    const linked = links.map((link) => [`SST_RESOURCE_${link}`, JSON.stringify(resources[link])] as const);
    functions.set(name, { folder, exportName: path.extname(handler).slice(1) });
    environments.set(folder, { ...shared, ...environments.get(folder), ...Object.fromEntries(linked) });
  }
  const sources = new Map<string, Source>();
  for (const [name, environment] of environments) {
    const source = `packages/functions/src/${name}/lambda.ts`;
    const bundles = await bundlesOf({ root: REPOSITORY, source, folder: into, name });
    sources.set(name, { bundles, environment });
  }
  const runtime = path.join(import.meta.dirname, "function-process.ts");
  const { file } = await bundle({ source: runtime, folder: path.join(into, "runtime"), name: "runtime", bundling });
  return { graph, resources, functions, sources, runtime: file };
}
