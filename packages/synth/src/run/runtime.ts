import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { BuiltFunction } from "../graph.ts";
import { type Bundling, bundle } from "./bundle.ts";

interface BuildInput {
  functionID: string;
  handler: string;
  links: Record<string, unknown>;
  properties: Bundling;
}

/** Whether functions are built: what is to be known of them is the same without, but for their sizes. */
export type Code = "bundled" | "left out";

async function emptyBundle({ folder, name }: { folder: string; name: string }) {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.mjs`), "");
  return { bytes: 0, loadedBytes: 0 };
}

/**
 * The part of the `sst` program that its components call while they are evaluated: it builds functions, and knows the
 * account's bootstrap buckets.
 */
export async function startRuntime({ root, outFolder, code }: { root: string; outFolder: string; code: Code }) {
  const functions: BuiltFunction[] = [];

  async function buildFunction({ functionID, handler, links, properties }: BuildInput) {
    const { dir, name, ext } = path.posix.parse(handler);
    const out = path.join(outFolder, functionID);
    const source = path.join(root, dir, `${name}.ts`);
    const { bytes, loadedBytes } =
      code === "bundled"
        ? await bundle({ source, folder: out, name, bundling: properties })
        : await emptyBundle({ folder: out, name });
    functions.push({ name: functionID, handler, links: Object.keys(links).sort(), bundleBytes: bytes, loadedBytes });
    return { handler: `${name}${ext}`, out, errors: [], sourcemaps: [] };
  }

  const methods: Record<string, (input: never) => Promise<unknown>> = {
    "Runtime.Build": buildFunction,
    "Provider.Aws.Bootstrap": async () => ({ asset: "assets", state: "state" }),
  };

  const server = createServer(async (request, response) => {
    const { method, params } = JSON.parse((await buffer(request)).toString()) as { method: string; params: never[] };
    const answer = methods[method]
      ? await methods[method](params[0] as never).then(
          (result) => ({ result }),
          (error: unknown) => ({ error: String(error) }),
        )
      : { error: `rpc: can't find method ${method}` };
    response.end(JSON.stringify(answer));
  });
  // SST keeps its connections. One that this end closed for being idle could fail a request that is on its way.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    functions,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
