import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Local } from "../../src/local.ts";

export const FIXTURE = fileURLToPath(new URL("../fixtures/app", import.meta.url));

/** A function whose queue is the one that it sends to. */
export const LOOPS = fileURLToPath(new URL("../fixtures/loops", import.meta.url));

export const CLIENT = { region: "eu-west-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

export function sqsClient(local: Local): SQSClient {
  return new SQSClient({ ...CLIENT, endpoint: local.endpoints.sqs });
}

/** A folder with an sst.config.ts whose `run` is the given text, and a handler; an empty one unless it is given. */
export async function appWith(
  run: string,
  { name = "a", handler = "export async function handler() { return 'done'; }" } = {},
): Promise<AsyncDisposable & { root: string }> {
  const root = await mkdtemp(path.join(tmpdir(), "promptcall-local-"));
  await mkdir(path.join(root, "node_modules"));
  await writeFile(path.join(root, "handler.ts"), `${handler}\n`);
  await writeFile(path.join(root, "broken.ts"), "throw new Error('cannot be loaded');\nexport const handler = 1;\n");
  await writeFile(
    path.join(root, "sst.config.ts"),
    `export default $config({ app: () => ({ name: "${name}", home: "aws" }), async run() { ${run} } });\n`,
  );
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}
