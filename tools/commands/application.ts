import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type ApplicationGuard, guardFields, readApplicationGuard } from "@promptcall/core/contracts/guard";
import { HOST_PATTERN } from "@promptcall/core/contracts/receiver";
import { ApplicationIdSchema } from "@promptcall/core/security/application-id";
import { fingerprintOf, type PublicKey, readPublicKey, withPublicKey } from "@promptcall/core/security/public-key";
import type { Log } from "@promptcall/functions/ports/log";
import { clock } from "@promptcall/functions/runtime/system-clock";
import { connect } from "../system/running.ts";
import { type OldKeyChange, readOldKey } from "./read-old-key.ts";

const USAGE =
  "npm run application -- --id <id> [--public-key <file>] [--calls-per-second <number>] [--account <name>] [--callback-hosts <host>,…] [--guard <json>] [--api-key <key> --private-key <file> < secret] [--without-api-key <key>]";

const options = {
  id: { type: "string" },
  "public-key": { type: "string" },
  "calls-per-second": { type: "string" },
  account: { type: "string" },
  "callback-hosts": { type: "string" },
  guard: { type: "string" },
  "api-key": { type: "string" },
  "private-key": { type: "string" },
  "without-api-key": { type: "string" },
} as const;

interface Given {
  readonly applicationId: string;
  readonly publicKey: PublicKey | undefined;
  readonly callsPerSecond: number | undefined;
  readonly account: string | undefined;
  readonly callbackHosts: string[] | undefined;
  readonly guard: ApplicationGuard | undefined;
  readonly oldKey: OldKeyChange | undefined;
}

/** What is asked for; or, as text, what is wrong with it. */
async function readGiven(args: string[]): Promise<Given | string> {
  const { values } = parseArgs({ args, options });
  const { id, account, guard: written, "public-key": file, "calls-per-second": pace, "callback-hosts": hosts } = values;
  const applicationId = ApplicationIdSchema.safeParse(id);
  if (!applicationId.success) return "Say which application: --id is its id at the carrier.";
  const callsPerSecond = pace === undefined ? undefined : Number(pace);
  if (callsPerSecond !== undefined && !(callsPerSecond > 0 && callsPerSecond <= 1_000))
    return "--calls-per-second is a number up to 1000.";
  const publicKey = file === undefined ? undefined : await publicKeyIn(file);
  if (typeof publicKey === "string") return publicKey;
  // Without a host between commas there is none: any host is allowed again.
  const callbackHosts = hosts
    ?.split(",")
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  const wrong = callbackHosts?.find((host) => !HOST_PATTERN.test(host));
  if (wrong !== undefined) return `--callback-hosts are names of hosts, and ${wrong} is none.`;
  const read = written === undefined ? { guard: undefined } : readApplicationGuard(written);
  if ("wrong" in read) return read.wrong;
  const oldKey = await readOldKey(values);
  if (typeof oldKey === "string") return oldKey;
  const { data } = applicationId;
  return { applicationId: data, publicKey, callsPerSecond, account, callbackHosts, guard: read.guard, oldKey };
}

async function publicKeyIn(file: string): Promise<PublicKey | string> {
  const pem = await readFile(file, "utf8").catch(() => undefined);
  if (pem === undefined) return `There is no file ${file}.`;
  return readPublicKey(pem) ?? `${file} is not an RSA public key of 2048 to 4096 bits in PEM.`;
}

/** What is done is told below; what is not told on the bus is said here. */
const SPOKEN: Log = {
  info: () => {},
  failure: (event, error) => console.error(`${event}: ${error instanceof Error ? error.message : error}`),
};

async function main(): Promise<number> {
  const given = await readGiven(process.argv.slice(2));
  if (typeof given === "string") {
    console.error(`${given} Usage: ${USAGE}`);
    return 1;
  }
  if (!(await connect())) {
    console.error("There is no table: run it beside npm start, or as npx sst shell -- npm run application -- …");
    return 1;
  }
  // The clients take their region and endpoints from the environment when they are made.
  const { linkedBus, linkedTable } = await import("@promptcall/functions/wiring/clients");
  const { loopStore } = await import("@promptcall/functions/dynamodb/loops");
  const { applicationStore } = await import("@promptcall/functions/dynamodb/applications");
  const { changeApplication } = await import("@promptcall/functions/applications/change-application");
  const { setAccount } = await import("@promptcall/functions/applications/set-account");
  const { setPace } = await import("@promptcall/functions/dialing/set-pace");
  const { ownerOf } = await import("@promptcall/core/contracts/ids");
  const ports = {
    loops: loopStore(linkedTable()),
    applications: applicationStore(linkedTable()),
    bus: linkedBus(),
    log: SPOKEN,
    clock,
  };
  const { applicationId, publicKey, callsPerSecond, account, callbackHosts, guard, oldKey } = given;
  if (account !== undefined && !(await setAccount({ applicationId, account }, ports))) {
    console.error(`${applicationId} has calls that wait. Its account can be set when they are over.`);
    return 1;
  }
  const known = await changeApplication(
    {
      applicationId,
      by: "operator",
      change: (seen) =>
        publicKey === undefined && callbackHosts === undefined && guard === undefined
          ? seen
          : {
              ...seen,
              ...(publicKey && { publicKeys: [...withPublicKey(seen.publicKeys ?? [], publicKey)] }),
              ...(callbackHosts && { callbackHosts }),
              ...(guard && { guard }),
            },
    },
    ports,
  );
  if (oldKey !== undefined) {
    const { oldKeyStore } = await import("@promptcall/functions/dynamodb/old-keys");
    const { changeOldKey } = await import("@promptcall/functions/applications/change-old-key");
    if (!(await changeOldKey({ applicationId, oldKey }, { ...ports, oldKeys: oldKeyStore(linkedTable()) }))) {
      console.error(`The API key ${oldKey.apiKey} is registered for another application. Withdraw it there first.`);
      return 1;
    }
    console.log(`API key ${oldKey.apiKey}: ${"secret" in oldKey ? "registered" : "withdrawn"}`);
  }
  const owner = ownerOf({ applicationId, account: known.account });
  if (callsPerSecond !== undefined) await setPace({ owner, callsPerSecond }, ports);
  const loop = await ports.loops.read(owner);
  const batches = Object.keys(loop.batches).length;
  const next = loop.dueMs === undefined ? "at rest" : `next step at ${new Date(loop.dueMs).toISOString()}`;
  console.log(
    `${owner}: ${loop.currentCallsPerSecond} of ${loop.callsPerSecond} calls a second, ${batches} batch(es), ${next}`,
  );
  for (const key of known.publicKeys ?? [])
    console.log(`public key: ${fingerprintOf(key)}${key.learned ? ", learned from the carrier" : ""}`);
  if (known.callbackHosts?.length) console.log(`callback hosts: ${known.callbackHosts.join(", ")}`);
  if (known.guard !== undefined) console.log(`guard: ${JSON.stringify(guardFields(known.guard))}`);
  return 0;
}

process.exit(await main());
