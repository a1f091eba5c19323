import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { type Door, openDoor } from "./door.ts";
import { type FuzzedRequest, requests } from "./requests.ts";

/** What no request may do. */
interface Violation {
  readonly what: string;
  readonly request: FuzzedRequest;
}

export interface FuzzReport {
  readonly cases: number;
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** By route, how many requests were answered with each class of status. */
  readonly answers: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** The most that one request took of this process's own time, so that a busy machine does not count. */
  readonly slowestMs: number;
  /** By how much the heap has grown from the first tenth to the end. */
  readonly grownMb: number;
}

/** After so many requests the door is a new one, so that what was rightly accepted does not pile up. */
const PER_DOOR = 250;
const SLOW_MS = 1_000;
const GROWTH_MB = 24;

/** Sends so many requests through the door, which is made anew by `open`. The first violation ends it, made as small as may be. */
export async function fuzz({
  cases,
  seed = Date.now() % 2 ** 31,
  open = openDoor,
  shrinks = true,
}: {
  cases: number;
  seed?: number;
  open?: () => Promise<Door>;
  /** Whether a violation is made as small as may be. */
  shrinks?: boolean;
}): Promise<FuzzReport> {
  const answers = new Map<string, Record<string, number>>();
  let [done, slowestMs, early] = [0, 0, 0];
  let door = await open();
  const violations: Violation[] = [];
  const property = fc.asyncProperty(requests, async (request) => {
    if (done % PER_DOOR === 0) door = await open();
    if (done === Math.ceil(cases / 10)) early = heapMb();
    done += 1;
    const { status, ms, written } = await send(request, door);
    slowestMs = Math.max(slowestMs, ms);
    const counts = answers.get(request.route) ?? {};
    const kind = `${String(status)[0]}xx`;
    answers.set(request.route, { ...counts, [kind]: (counts[kind] ?? 0) + 1 });
    const what = violationOf({ status, ms, written });
    if (what !== undefined) throw new Error(what);
  });
  const checked = await fc.check(property, { numRuns: cases, seed, endOnFailure: !shrinks });
  if (checked.failed) {
    const [request] = checked.counterexample ?? [];
    const { errorInstance } = checked;
    const what = errorInstance instanceof Error ? errorInstance.message : "a request threw";
    if (request !== undefined) violations.push({ what, request });
  }
  const grownMb = heapMb() - early;
  if (grownMb > GROWTH_MB && violations.length === 0) throw new Error(`the heap has grown by ${grownMb.toFixed(0)} MB`);
  return { cases: done, seed, violations, answers, slowestMs, grownMb };
}

async function send({ url, method, headers, body }: FuzzedRequest, door: Door) {
  const before = door.writes();
  const began = process.threadCpuUsage();
  const response = await door.request(url, {
    method,
    headers,
    ...(body !== undefined && { body: body as NonNullable<RequestInit["body"]> }),
  });
  const answer = await response.text();
  const { user, system } = process.threadCpuUsage(began);
  const status = isRefusedAsOnce(url, answer) ? 400 : response.status;
  return { status, ms: (user + system) / 1_000, written: door.writes() - before };
}

/** The deprecated API has said with 200, too, that it takes nothing. */
function isRefusedAsOnce(url: string, answer: string): boolean {
  return /\/tts(-prompt)?\/json/.test(url) && /"status":"[1-9]"/.test(answer);
}

function violationOf({ status, ms, written }: { status: number; ms: number; written: number }): string | undefined {
  if (status >= 500) return `was answered ${status}`;
  if (ms > SLOW_MS) return `took ${Math.round(ms)} ms`;
  if (status >= 400 && written > 0) return `was refused with ${status}, and ${written} writes were made`;
  return undefined;
}

let collect: (() => void) | undefined;

/** What is in use, garbage apart. */
function heapMb(): number {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}
