import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Local } from "@promptcall/local/local";
import { VariableError } from "../commands/explain.ts";

const folder = fileURLToPath(new URL("../../node_modules/.cache/promptcall/", import.meta.url));
const SYSTEM = "running";
/** One for each process: several may run at once, and each takes back its own word only. */
const fileOf = (name: string, pid: number) => `${folder}${name}.${pid}.json`;

/** What a command beside `npm start` needs to know of it. */
const RESOURCES = ["Bus", "Calls", "CallbackRetriesQueue", "CallbacksDeadLetters", "CallbackKey", "Settings"];

interface Running {
  readonly pid: number;
  readonly startedMs: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** The environment in which adapters find what runs here: as `sst shell` gives it for what runs in AWS. */
export function environmentOf(local: Local, names: readonly string[] = RESOURCES): Record<string, string> {
  const resources = names.map((name) => [`SST_RESOURCE_${name}`, JSON.stringify(local.resource(name))]);
  return { ...local.environment, ...Object.fromEntries(resources) };
}

/** Leaves word of what runs in this process. Of those that run, the last of a name to be started is the one that is found. */
export async function saveEnvironment(
  local: Local,
  { name = SYSTEM, resources = RESOURCES }: { name?: string; resources?: readonly string[] } = {},
): Promise<void> {
  const { pid } = process;
  const running: Running = { pid, startedMs: Date.now(), environment: environmentOf(local, resources) };
  await mkdir(folder, { recursive: true });
  for (const dead of (await allOf(name)).filter((one) => !isAlive(one.pid)))
    await rm(fileOf(name, dead.pid), { force: true });
  // A key is among it, though of this run alone.
  await writeFile(fileOf(name, pid), JSON.stringify(running), { mode: 0o600 });
}

export async function removeEnvironment(name = SYSTEM): Promise<void> {
  await rm(fileOf(name, process.pid), { force: true });
}

/**
 * The environment of what runs on this machine under that name (the whole system by default); undefined when it does
 * not run.
 */
export async function runningEnvironment(name = SYSTEM): Promise<Readonly<Record<string, string>> | undefined> {
  const running = (await allOf(name)).filter(({ pid }) => isAlive(pid));
  return running.toSorted((one, other) => one.startedMs - other.startedMs).at(-1)?.environment;
}

/** In `sst shell` everything is in the environment; beside what runs here it is where that left it. */
export async function connect(name = SYSTEM): Promise<boolean> {
  if (Object.keys(process.env).some((variable) => /^SST_(RESOURCE|KEY_FILE)/.test(variable))) {
    checkVariables();
    return true;
  }
  const environment = await runningEnvironment(name);
  Object.assign(process.env, environment);
  return environment !== undefined;
}

/** What the SDK reads, and would say of in a stack trace or in a request to nowhere. */
function checkVariables(): void {
  for (const [name, value = ""] of Object.entries(process.env)) {
    if (name.startsWith("AWS_ENDPOINT_URL") && !/^https?:\/\/./.test(value))
      throw new VariableError(
        `${name} is not an address that begins with http:// or https://: ${value || "it is empty"}`,
      );
    if (name === "AWS_REGION" && value === "")
      throw new VariableError(`${name} is empty: give it a region, or leave it out.`);
  }
}

async function allOf(name: string): Promise<readonly Running[]> {
  const files = await readdir(folder).catch(() => []);
  const own = files.filter((file) => file.startsWith(`${name}.`) && /^\d+\.json$/.test(file.slice(name.length + 1)));
  const all = await Promise.all(own.map((file) => read(`${folder}${file}`)));
  return all.filter((one) => one !== undefined);
}

async function read(file: string): Promise<Running | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** One that was killed could not take its word back. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
