import { readFile } from "node:fs/promises";
import { type ApplicationGuard, readApplicationGuard } from "@promptcall/core/contracts/guard";
import { HOST_PATTERN } from "@promptcall/core/contracts/receiver";
import { ApplicationIdSchema } from "@promptcall/core/security/application-id";
import { type PublicKey, readPublicKey } from "@promptcall/core/security/public-key";
import { buildCommand } from "@stricli/core";
import type { Context } from "../../packages/command/src/context.ts";
import { UsageError } from "../../packages/command/src/errors.ts";
import { print } from "../../packages/command/src/output.ts";
import { readOldKey } from "./read-old-key.ts";
import { connectToStage } from "./stage.ts";

interface Flags {
  readonly id: string;
  readonly publicKey?: string;
  readonly callsPerSecond?: number;
  readonly account?: string;
  readonly callbackHosts?: readonly string[];
  readonly guard?: ApplicationGuard;
  readonly apiKey?: string;
  readonly privateKey?: string;
  readonly withoutApiKey?: string;
}

export const applicationCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: "Set what is known of an application, and print it",
    fullDescription: "Sets what you name, and prints what is known of the application.",
    customUsage: [
      "--id <id>",
      "--id <id> --calls-per-second 30",
      "--id <id> --api-key <key> --private-key private.key < secret",
    ],
  },
  parameters: {
    flags: {
      id: { kind: "parsed", parse: applicationIdOf, brief: "Its id at the carrier", placeholder: "ID" },
      publicKey: optional(String, "FILE", "In PEM; credentials are judged by it from then on, and by the one before"),
      callsPerSecond: optional(paceOf, "N", "What the carrier has agreed to, up to 1000"),
      account: optional(String, "NAME", "The carrier's account, whose applications share one pace"),
      callbackHosts: optional(hostsOf, "HOST,…", 'Where its callbacks may go; "" for anywhere'),
      guard: optional(guardOf, "JSON", "What its calls may cost and where they may go: docs/operations/guard.md"),
      apiKey: optional(
        String,
        "KEY",
        "A client of the deprecated API; its secret by API_SECRET or the standard input, not on the command line",
      ),
      privateKey: optional(String, "FILE", "In PEM: what its calls are placed with"),
      withoutApiKey: optional(String, "KEY", "That client is known no longer"),
    },
  },
  async func({ id, publicKey: file, apiKey, privateKey, withoutApiKey, ...others }) {
    const publicKey = file === undefined ? undefined : await publicKeyIn(file);
    const oldKey = await readOldKey({ apiKey, privateKey, withoutApiKey });
    await connectToStage();
    const { setApplication } = await import("./set-application.ts");
    const asked = { applicationId: id, publicKey, oldKey, ...others };
    await setApplication(asked, (line) => print(this, line));
  },
});

function optional<Value>(parse: (written: string) => Value, placeholder: string, brief: string) {
  return { kind: "parsed", parse, optional: true, brief, placeholder } as const;
}

function applicationIdOf(written: string): string {
  const { success, data } = ApplicationIdSchema.safeParse(written);
  if (!success) throw new UsageError("it is no id of an application");
  return data;
}

function paceOf(written: string): number {
  const callsPerSecond = Number(written);
  if (!(callsPerSecond > 0 && callsPerSecond <= 1_000)) throw new UsageError("it is no number up to 1000");
  return callsPerSecond;
}

/** Without a host between commas there is none: any host is allowed again. */
function hostsOf(written: string): string[] {
  const hosts = written
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  const wrong = hosts.find((host) => !HOST_PATTERN.test(host));
  if (wrong !== undefined) throw new UsageError(`${wrong} is no name of a host`);
  return hosts;
}

function guardOf(written: string): ApplicationGuard {
  const read = readApplicationGuard(written);
  if ("wrong" in read) throw new UsageError(read.wrong);
  return read.guard;
}

async function publicKeyIn(file: string): Promise<PublicKey> {
  const pem = await readFile(file, "utf8").catch(() => undefined);
  if (pem === undefined) throw new UsageError(`There is no file ${file}.`);
  const key = readPublicKey(pem);
  if (key === undefined) throw new UsageError(`${file} is not an RSA public key of 2048 to 4096 bits in PEM.`);
  return key;
}
