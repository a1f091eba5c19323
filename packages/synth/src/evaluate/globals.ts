import crypto, { type randomBytes } from "node:crypto";

import { secretValue } from "../secret-value.ts";

interface Globals {
  stage: string;
  outFile: string;
  $app: { stage: string };
}

const { root, work, platform, stage, outFile } = JSON.parse(process.env.SYNTH_INPUT ?? "{}") as Record<string, string>;

const $app = { stage: stage ?? "" };
Object.assign(globalThis, {
  $app,
  $dev: false,
  $cli: {
    command: "deploy",
    rpc: process.env.SST_SERVER,
    paths: { home: work, root, work, platform },
    home: "aws",
    state: { version: {} },
  },
});

/** Every secret has a value, by which it can be found wherever it should not be. */
process.env = new Proxy(process.env, {
  get: (variables, name) =>
    typeof name === "string" && name.startsWith("SST_SECRET_")
      ? secretValue(name.slice(11))
      : Reflect.get(variables, name),
});

// SST ends physical names with a few random letters. Here they are the same ones in every run.
crypto.randomBytes = ((size: number) => Buffer.alloc(size)) as typeof randomBytes;

export const globals: Globals = { stage: stage ?? "", outFile: outFile ?? "", $app };
