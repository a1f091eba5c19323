import { text } from "node:stream/consumers";
import { Count } from "../work.ts";
import { end, type Server, serve } from "./http.ts";

export interface Receiver extends Server {
  readonly callbackUrl: string;
  /** Of the calls whose result has come, each counted once. */
  readonly results: Count;
  /** How many results had each status. */
  readonly statuses: ReadonlyMap<string, number>;
}

/** A customer's server: it answers at once, and counts each call's result once. */
export async function startReceiver(): Promise<Receiver> {
  const results = new Count("results");
  const statuses = new Map<string, number>();
  const seen = new Set<string>();
  const server = await serve(async (request, response) => {
    const parameters = new URLSearchParams(await text(request));
    end(response, { status: 200 });
    const [tid = "", status = ""] = [parameters.get("tid") ?? "", parameters.get("status") ?? ""];
    if (seen.has(tid)) return;
    seen.add(tid);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    results.add();
  });
  return { ...server, callbackUrl: `${server.url}/result`, results, statuses };
}
