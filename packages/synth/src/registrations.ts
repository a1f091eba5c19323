import { runtime } from "@pulumi/pulumi";
import { getStore } from "@pulumi/pulumi/runtime/state.js";
import type { Registration } from "./graph.ts";

const STACK = "pulumi:pulumi:Stack";

/**
 * Pulumi's mocks tell the inputs of a resource, not its options. This listens where these arrive, by "type name" of the
 * resource, and gives URNs as the engine does: the mocks' own know one parent only.
 */
export function listenForRegistrations(): ReadonlyMap<string, Registration> {
  const registrations = new Map<string, Registration>();
  // As if the engine could not work out which aliases follow from those of the parents: the SDK does it, and tells them.
  getStore().supportsAliasSpecs = false;
  const monitor = runtime.getMonitor();
  monitor.newUrn = urnOf;
  for (const method of ["registerResource", "readResource"] as const) {
    const answer = monitor[method].bind(monitor);
    monitor[method] = (request, callback) => {
      registrations.set(`${request.getType()} ${request.getName()}`, registrationOf(request));
      return answer(request, callback);
    };
  }
  return registrations;
}

function registrationOf(request: runtime.Request): Registration {
  const [parentTypes = "", parentName] = request.getParent().split("::").slice(2);
  return {
    urn: withoutStack(urnOf(request.getParent(), request.getType(), request.getName())),
    aliases: (request.getAliasurnsList?.() ?? []).map(withoutStack).toSorted(),
    ...(parentTypes !== "" && parentTypes !== STACK && { parent: parentName }),
    protected: request.getProtect?.() === true,
    retained: request.getRetainondelete?.() === true,
  };
}

function urnOf(parent: string, type: string, name: string): string {
  const parentTypes = parent.split("::")[2] ?? "";
  const types = parentTypes === "" || parentTypes === STACK ? type : `${parentTypes}$${type}`;
  return `urn:pulumi:${runtime.getStack()}::${runtime.getProject()}::${types}::${name}`;
}

/** `urn:pulumi:stack::project::` is the same for all. */
function withoutStack(urn: string): string {
  return urn.split("::").slice(2).join("::");
}
