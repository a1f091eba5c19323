import { guardFields } from "@promptcall/core/contracts/guard";
import { ownerOf } from "@promptcall/core/contracts/ids";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import { recovered } from "@promptcall/core/dialing/rate";
import { fingerprintOf } from "@promptcall/core/security/public-key";
import { type ChangeApplicationPorts, changeApplication } from "../../applications/change-application.ts";
import { type Answer, json } from "../../http/answer.ts";
import { problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { Routes } from "../../http/routes.ts";
import type { Loops } from "../../ports/loops.ts";
import { provenCaller } from "../lists/list-routes.ts";
import { provenBody } from "../lists/proven-body.ts";
import type { AccessPorts } from "../proof/access.ts";
import { type CountCallsPorts, countCalls } from "./count-calls.ts";
import { readChange } from "./read-change.ts";

export type ApplicationRoutesPorts = AccessPorts &
  CountCallsPorts &
  ChangeApplicationPorts & { readonly loops: Pick<Loops, "read"> };

/** What is known of the application that asks, and what it sets of itself. */
export function addApplicationRoutes(routes: Routes, ports: ApplicationRoutesPorts): void {
  routes.get("/application", async (request) => {
    const proven = await provenCaller(request, ports);
    return "problem" in proven ? problem(request, proven.problem) : json(await known(proven, ports));
  });
  routes.put("/application", (request) => putApplication(request, ports));
}

async function putApplication(request: HttpRequest, ports: ApplicationRoutesPorts): Promise<Answer> {
  const asked = await provenBody(request, { types: ["application/json"], setsKeys: true }, ports);
  if ("problem" in asked) return problem(request, asked.problem);
  const change = await readChange(asked.fields);
  if ("problem" in change) return problem(request, change.problem);
  const { applicationId } = asked.proven;
  const application = await changeApplication(
    { applicationId, by: "credential", change: (seen) => changed(seen, change) },
    ports,
  );
  ports.log.info({ event: "application.changed" });
  return json(await known({ applicationId, application }, ports));
}

/** The same record where nothing becomes another, so that nothing is written. */
function changed(seen: ApplicationRecord, change: Partial<ApplicationRecord>): ApplicationRecord {
  const names = Object.keys(change) as (keyof ApplicationRecord)[];
  const isSame = names.every((name) => JSON.stringify(seen[name]) === JSON.stringify(change[name]));
  if (isSame) return seen;
  const { callbackHosts = [], doNotCall = [], ...next } = { ...seen, ...change };
  // An empty list says nothing: any host is allowed again, and any number.
  return {
    ...next,
    ...(callbackHosts.length > 0 && { callbackHosts }),
    ...(doNotCall.length > 0 && { doNotCall }),
  };
}

async function known(
  { applicationId, application }: { applicationId: string; application: ApplicationRecord },
  ports: ApplicationRoutesPorts,
) {
  const { account, publicKeys = [], callbackHosts, doNotCall, guard } = application;
  const [read, counts] = await Promise.all([
    ports.loops.read(ownerOf({ applicationId, account })),
    countCalls(applicationId, ports),
  ]);
  const loop = recovered(read, ports.clock.now().getTime());
  return {
    application_id: applicationId,
    public_keys: publicKeys.map((key) => ({ fingerprint: fingerprintOf(key), ...(key.learned && { learned: true }) })),
    ...(callbackHosts?.length && { callback_hosts: callbackHosts }),
    ...(doNotCall?.length && { do_not_call: doNotCall.map((digits) => `+${digits}`) }),
    ...(account !== undefined && { account }),
    calls_per_second: loop.callsPerSecond,
    current_calls_per_second: loop.currentCallsPerSecond,
    ...(guard !== undefined && { guard: guardFields(guard) }),
    counts,
  };
}
