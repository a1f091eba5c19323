import type { Reservation } from "@promptcall/functions/ports";

/** Every function of these ports, as it is, but named in `calls` whenever it is called. */
export function counted<Ports extends object>(ports: Ports, calls: string[]): Ports {
  const entries = Object.entries(ports).map(([name, port]) => [name, countedPort(name, port, calls)]);
  return Object.fromEntries(entries);
}

/** What a function does by itself: it asks nobody for it. */
const OWN = new Set(["clock", "chance", "log", "seal", "webhooks", "settings", "verboseEvents"]);

function countedPort(name: string, port: unknown, calls: string[]): unknown {
  if (typeof port !== "object" || port === null || ArrayBuffer.isView(port) || Array.isArray(port) || OWN.has(name))
    return port;
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]) => {
        const answer: unknown = await member.apply(target, given);
        // Who took no place has none to give back.
        if (key === "leave" && !calls.includes(`${name}.stay`)) return answer;
        calls.push(nameOf({ name, method: String(key), answer }));
        return typeof answer === "object" && answer !== null && "leave" in answer
          ? countedPort(name, answer, calls)
          : answer;
      };
    },
  });
}

/** What was not to be had costs less than one that was. */
function nameOf({ name, method, answer }: { name: string; method: string; answer: unknown }): string {
  const isRefused =
    (method === "stay" && answer === false) || (method === "reserve" && (answer as Reservation).kind === "too_late");
  return isRefused ? `${name}.refuse` : `${name}.${method}`;
}
