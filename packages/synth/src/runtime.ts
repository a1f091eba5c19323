import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { type BuildOptions, build } from "esbuild";
import type { BuiltFunction } from "./graph.ts";

interface BuildInput {
  functionID: string;
  handler: string;
  links: Record<string, unknown>;
  properties: { minify?: boolean; sourcemap?: boolean; splitting?: boolean };
}

const BANNER = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  `const __filename = topLevelFileUrlToPath(import.meta.url)`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join("\n");

/** Where functions are bundled with the very options that SST passes to esbuild for a deployment (`pkg/runtime/node`). */
export function bundleOptions(args: { source: string; outfile: string; minify: boolean }): BuildOptions {
  return {
    entryPoints: [args.source],
    outfile: args.outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    keepNames: true,
    minify: args.minify,
    external: ["sharp", "pg-native"],
    banner: { js: BANNER },
    logLevel: "silent",
  };
}

/**
 * The part of the `sst` program that its components call while they are evaluated: it builds functions, and knows the
 * account's bootstrap buckets.
 */
export async function startRuntime({ root, outFolder }: { root: string; outFolder: string }) {
  const functions: BuiltFunction[] = [];

  async function buildFunction({ functionID, handler, links, properties }: BuildInput) {
    const { dir, name, ext } = path.posix.parse(handler);
    const out = path.join(outFolder, functionID);
    const outfile = path.join(out, `${name}.mjs`);
    const source = path.join(root, dir, `${name}.ts`);
    await build(bundleOptions({ source, outfile, minify: properties.minify ?? true }));
    const { size: bundleBytes } = await stat(outfile);
    functions.push({ name: functionID, handler, links: Object.keys(links).sort(), bundleBytes });
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
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    functions,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
