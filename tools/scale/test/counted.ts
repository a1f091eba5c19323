import type { Stored } from "@promptcall/functions/ports/call-store";

/** Every function of these ports, as it is, but named in `calls` whenever it is called. */
export function counted<Ports extends object>(ports: Ports, calls: string[]): Ports {
  const listed = new Set<string>();
  const entries = Object.entries(ports).map(([name, port]) => [name, countedPort({ name, port, calls, listed })]);
  return Object.fromEntries(entries);
}

/** What a function does by itself: it asks nobody for it. */
const OWN = new Set(["clock", "random", "log", "seal", "webhooks", "settings", "verboseEvents"]);

interface Counted {
  readonly name: string;
  readonly port: unknown;
  readonly calls: string[];
  /** Calls that are in a list already: only that they enter it is written to the index. */
  readonly listed: Set<string>;
}

function countedPort({ name, port, calls, listed }: Counted): unknown {
  if (typeof port !== "object" || port === null || ArrayBuffer.isView(port) || Array.isArray(port) || OWN.has(name))
    return port;
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]) => {
        const answer: unknown = await member.apply(target, given);
        const method = String(key);
        calls.push(`${name}.${method}`);
        const [first] = given;
        if (Array.isArray(first) && EACH.has(`${name}.${method}`))
          calls.push(...first.map(() => `${name}.${method} each`));
        if (method === "save" && isNewlyListed(first as Stored, listed)) calls.push("lists.entry");
        return answer;
      };
    },
  });
}

/** Operations of which each call that is asked for counts. */
const EACH = new Set(["calls.add", "calls.find", "deliveries.deliveryAttempted"]);

function isNewlyListed({ call }: Stored, listed: Set<string>): boolean {
  if (call.phase !== "completed" || call.batchId === undefined || listed.has(call.tid)) return false;
  listed.add(call.tid);
  return true;
}
