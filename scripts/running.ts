import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Local } from "@promptcall/local/local";

const folder = fileURLToPath(new URL("../node_modules/.cache/promptcall/", import.meta.url));
const file = `${folder}running.json`;

/** What a command beside `npm start` needs to know of it. No secrets: nothing it does takes one. */
const RESOURCES = ["Calls", "CallbackRetriesQueue", "CallbacksDeadLetters", "Settings"];

interface Running {
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** The environment in which adapters find what runs here: as `sst shell` gives it for what runs in AWS. */
export function environmentOf(local: Local): Record<string, string> {
  const resources = RESOURCES.map((name) => [`SST_RESOURCE_${name}`, JSON.stringify(local.resource(name))]);
  return { ...local.environment, ...Object.fromEntries(resources) };
}

/** Leaves word of the system that runs in this process. The last one to be started is the one that is found. */
export async function leaveWord(local: Local): Promise<void> {
  const running: Running = { pid: process.pid, environment: environmentOf(local) };
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(running));
}

export async function takeWordBack(): Promise<void> {
  if ((await read())?.pid === process.pid) await rm(file, { force: true });
}

/** The environment of the system that runs on this machine; undefined when none does. */
export async function runningEnvironment(): Promise<Readonly<Record<string, string>> | undefined> {
  const running = await read();
  return running && isAlive(running.pid) ? running.environment : undefined;
}

async function read(): Promise<Running | undefined> {
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
