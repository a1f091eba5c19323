import { text } from "node:stream/consumers";
import { Count } from "../work.ts";
import { end, type Server, serve } from "./http.ts";

export interface Receiver extends Server {
  /** An address of its own for some calls. */
  callbackUrl(of?: string): string;
  /** Of the calls at this address whose result has come, each counted once. */
  results(of?: string): Count;
  /** How many results had each status. */
  readonly statuses: ReadonlyMap<string, number>;
}

/** A customer's server: it answers at once, and counts each call's result once. */
export async function startReceiver(): Promise<Receiver> {
  const counts = new Map<string, Count>();
  const statuses = new Map<string, number>();
  const seen = new Set<string>();
  const results = (of = "") => {
    const count = counts.get(of) ?? new Count("results");
    counts.set(of, count);
    return count;
  };
  const server = await serve(async (request, response) => {
    const parameters = new URLSearchParams(await text(request));
    end(response, { status: 200 });
    const [tid = "", status = ""] = [parameters.get("tid") ?? "", parameters.get("status") ?? ""];
    if (seen.has(tid)) return;
    seen.add(tid);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    results(request.url?.split("/")[2]).add();
  });
  return { ...server, callbackUrl: (of = "") => `${server.url}/result/${of}`, results, statuses };
}
