import { guardFields } from "@promptcall/core/contracts/guard";
import { ownerOf } from "@promptcall/core/contracts/ids";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { recovered } from "@promptcall/core/dialing/rate";
import { fingerprintOf } from "@promptcall/core/security/public-key";
import type { Context, Hono } from "hono";
import { changeApplication } from "../../applications/change-application.ts";
import { type Problem, problem } from "../../http/problem.ts";
import type { Log } from "../../ports/log.ts";
import type { Loops } from "../../ports/loops.ts";
import { readBody } from "../acceptance/read-body.ts";
import { provenCaller } from "../lists/list-routes.ts";
import type { AccessPorts } from "../proof/access.ts";
import { type CountCallsPorts, countCalls } from "./count-calls.ts";
import { readChange } from "./read-change.ts";

export type ApplicationRoutesPorts = AccessPorts &
  CountCallsPorts & { readonly loops: Pick<Loops, "read">; readonly log: Log };

/** What is known of the application that asks, and what it sets of itself. */
export function addApplicationRoutes(app: Hono, ports: ApplicationRoutesPorts): void {
  app.get("/application", async (c) => {
    const proven = await provenCaller(c, ports);
    return "problem" in proven ? problem(c, proven.problem) : c.json(await known(proven, ports));
  });
  app.put("/application", (c) => putApplication(c, ports));
}

async function putApplication(c: Context, ports: ApplicationRoutesPorts): Promise<Response> {
  const proven = await provenCaller(c, ports);
  if ("problem" in proven) return problem(c, proven.problem);
  const contentType = c.req.header("content-type");
  if (!/^application\/json\b/i.test(contentType ?? "")) return problem(c, NOT_JSON);
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const body = await readBody({ contentType, bytes });
  if ("problem" in body) return problem(c, body.problem);
  const change = readChange(body.kind === "call" ? body.fields : { calls: [] });
  if ("problem" in change) return problem(c, change.problem);
  const { applicationId } = proven;
  const application = await changeApplication({ applicationId, change: (seen) => changed(seen, change) }, ports);
  ports.log.info({ event: "application.changed" });
  return c.json(await known({ applicationId, application }, ports));
}

const NOT_JSON: Problem = {
  status: 415,
  code: "unsupported_media_type",
  detail: "Send application/json.",
  headers: { accept: "application/json" },
};

/** The same record where nothing becomes another, so that nothing is written. */
function changed(seen: ApplicationRecord, change: Partial<ApplicationRecord>): ApplicationRecord {
  const names = Object.keys(change) as (keyof ApplicationRecord)[];
  const isSame = names.every((name) => JSON.stringify(seen[name]) === JSON.stringify(change[name]));
  if (isSame) return seen;
  const { callbackHosts, ...next } = { ...seen, ...change };
  // Any host is allowed again where none is named.
  return callbackHosts === undefined || callbackHosts.length === 0 ? next : { ...next, callbackHosts };
}

async function known(
  { applicationId, application }: { applicationId: string; application: ApplicationRecord },
  ports: ApplicationRoutesPorts,
) {
  const { account, publicKeys = [], callbackHosts, guard } = application;
  const [read, counts] = await Promise.all([
    ports.loops.read(ownerOf({ applicationId, account })),
    countCalls(applicationId, ports),
  ]);
  const loop = recovered(read, ports.clock.now().getTime());
  return {
    application_id: applicationId,
    public_keys: publicKeys.map((key) => ({ fingerprint: fingerprintOf(key), ...(key.learned && { learned: true }) })),
    ...(callbackHosts?.length && { callback_hosts: callbackHosts }),
    ...(account !== undefined && { account }),
    calls_per_second: loop.callsPerSecond,
    current_calls_per_second: loop.currentCallsPerSecond,
    ...(guard !== undefined && { guard: guardFields(guard) }),
    counts,
  };
}
