import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ApplicationGuard } from "@promptcall/core/contracts/guard";
import { ownerOf } from "@promptcall/core/contracts/ids";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { publicHalf } from "@promptcall/core/security/public-key";
import { setPace as setLoopPace } from "@promptcall/functions/dialing/set-pace";
import { applicationStore } from "@promptcall/functions/dynamodb/applications";
import { loopStore } from "@promptcall/functions/dynamodb/loops";
import { documents, type TableOptions } from "@promptcall/functions/dynamodb/table";
import { clock } from "@promptcall/functions/runtime/system-clock";
import { type Customer, type CustomerOptions, startCustomer } from "../../tools/demo/customer.ts";
import { type Account, jwtOf, newAccount, postCall } from "../../tools/system/caller.ts";
import { type System, type SystemOptions, startSystem } from "../../tools/system/system.ts";

export interface Harness {
  readonly system: System;
  readonly customer: Customer;
  readonly account: Account;
  readonly jwt: string;
  /** Everything the functions have written to their logs, and what Lambda says of their failures. */
  readonly logLines: readonly string[];
  /** What they have logged themselves. */
  logRecords(): readonly Readonly<Record<string, unknown>>[];
  /** Posts a call with what a test does not care about filled in, and gives back its tid. */
  post(fields: Readonly<Record<string, string>>): Promise<string>;
  /** Posts a batch with what a test does not care about filled in, and gives back the answer. */
  postBatch(
    batch: { readonly calls: readonly object[]; readonly defaults?: object },
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** For an application whose calls the carrier lets through as they come. */
  unlimited(applicationId: string): Promise<void>;
  /** What the carrier has agreed to for an application. */
  pace(applicationId: string, callsPerSecond: number): Promise<void>;
  /** What an operator says of what the calls of an application may cost. */
  guard(applicationId: string, guard: ApplicationGuard): Promise<void>;
  /** Has an application proven by a key, so that the carrier is not asked about it. */
  register(account: Pick<Account, "applicationId" | "privateKey">): Promise<void>;
  stop(): Promise<void>;
}

export const TEXTS = {
  text: "This is the canary prompt. Please enter your PIN.",
  bye_text: "Canary goodbye.",
  failed_text: "Canary failure, try again.",
};

type Options = Partial<
  Pick<SystemOptions, "secrets" | "root" | "sim" | "speed" | "verboseEvents" | "local" | "variables"> &
    Pick<CustomerOptions, "answer">
>;

/** The whole system with a customer of its own; fast, and without the carrier's limit unless a test asks for it. */
export async function startHarness({ answer, ...options }: Options = {}): Promise<Harness> {
  const running = await startRunning(options);
  return await harnessIn({ running, stop: () => running.system.stop(), ...(answer && { answer }) });
}

let shared: Promise<Running> | undefined;

/**
 * The same, in a system that the files of this process share (`vitest.config.ts`): for tests that ask nothing else of it.
 * They have an account and a customer of their own, and see no calls and no logs from before.
 */
export async function shareHarness(): Promise<Harness> {
  // As deployed: events that lead to nothing are not published, and everything has to end as it should without them.
  shared ??= startRunning({ verboseEvents: false });
  const { system, lines, ...running } = await shared;
  const { sim } = system;
  const [calls, from] = [sim.calls().length, lines.length];
  return await harnessIn({
    running: { ...running, system: { ...system, sim: { ...sim, calls: () => sim.calls().slice(calls) } }, lines },
    from,
    stop: async () => {},
  });
}

interface Running {
  readonly system: System;
  readonly callbackKey: Uint8Array;
  readonly isUnlimited: boolean;
  readonly lines: readonly { readonly line: string; readonly stream: "stdout" | "stderr" }[];
}

async function startRunning({
  sim = { callsPerSecond: Number.POSITIVE_INFINITY },
  speed = 60,
  secrets,
  ...options
}: Omit<Options, "answer">): Promise<Running> {
  const callbackKey = randomBytes(32);
  const lines: Running["lines"][number][] = [];
  const system = await startSystem({
    ...options,
    speed,
    sim,
    secrets: { ...secrets, CallbackKey: callbackKey.toString("base64url") },
    onLog: (entry) => lines.push(entry),
  });
  return { system, callbackKey, isUnlimited: sim.callsPerSecond === Number.POSITIVE_INFINITY, lines };
}

async function harnessIn(given: {
  running: Running;
  /** The first line of the logs that it sees. */
  from?: number;
  answer?: CustomerOptions["answer"];
  stop(): Promise<void>;
}): Promise<Harness> {
  const { system, callbackKey, isUnlimited, lines } = given.running;
  const { from = 0, answer, stop } = given;
  const account = newAccount();
  const jwt = await jwtOf(account);
  if (isUnlimited) await setPace({ system, applicationId: account.applicationId, callsPerSecond: UNLIMITED });
  const customer = await startCustomer({
    callbackKey,
    applicationId: account.applicationId,
    ...(answer && { answer }),
  });
  return {
    system,
    customer,
    account,
    jwt,
    get logLines() {
      return lines.slice(from).map(({ line }) => line);
    },
    // On the other stream Lambda says what has failed, in its own words.
    logRecords: () => lines.slice(from).flatMap(({ line, stream }) => (stream === "stdout" ? [JSON.parse(line)] : [])),
    post: (fields) =>
      postCall({
        apiUrl: system.apiUrl,
        ...(fields.private_key === undefined && { jwt }),
        fields: { from: "447700900999", pin_code: "1234", callback: `${customer.url}/result`, ...TEXTS, ...fields },
      }),
    postBatch: ({ defaults, ...batch }, headers = {}) =>
      fetch(`${system.apiUrl}/call`, {
        method: "POST",
        headers: { authorization: `Bearer ${jwt}`, "content-type": "application/json", ...headers },
        body: JSON.stringify({
          defaults: {
            from: "447700900999",
            pin_code: "1234",
            callback: `${customer.url}/result`,
            ...TEXTS,
            ...defaults,
          },
          ...batch,
        }),
      }),
    unlimited: (applicationId) => setPace({ system, applicationId, callsPerSecond: UNLIMITED }),
    pace: (applicationId, callsPerSecond) => setPace({ system, applicationId, callsPerSecond }),
    guard: (applicationId, guard) =>
      inTable(system, (table) => putApplication({ applicationId, change: { guard }, table })),
    register: ({ applicationId, privateKey }) => {
      const key = publicHalf(privateKey);
      if (key === undefined) throw new Error("the key is of no use for RS256");
      return inTable(system, (table) => putApplication({ applicationId, change: { publicKeys: [key] }, table }));
    },
    stop: async () => {
      await customer.stop();
      await stop();
    },
  };
}

/** What the carrier lets through need not be paced. */
const UNLIMITED = 1_000;

async function setPace(args: { system: System; applicationId: string; callsPerSecond: number }): Promise<void> {
  const { system, applicationId, callsPerSecond } = args;
  const owner = ownerOf({ applicationId, account: undefined });
  await inTable(system, (table) => setLoopPace({ owner, callsPerSecond }, { loops: loopStore(table) }));
}

/** Without a word to anybody. */
async function putApplication(asked: {
  applicationId: string;
  change: Partial<ApplicationRecord>;
  table: TableOptions;
}): Promise<void> {
  const { applicationId, change, table } = asked;
  const applications = applicationStore(table);
  const seen = await applications.read(applicationId);
  if (!(await applications.write(applicationId, { seen, next: { ...seen, ...change } })))
    throw new Error(`somebody else has changed ${applicationId}`);
}

async function inTable(system: System, work: (table: TableOptions) => Promise<unknown>): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: system.local.endpoints.dynamoDb,
    region: String(system.local.environment.AWS_REGION),
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const tableName = String(system.local.resource("Calls").name);
  await work({ client: documents(client), tableName, clock, retentionDays: 1 });
  client.destroy();
}
