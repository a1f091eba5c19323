import { runtime } from "@pulumi/pulumi";
import type { Registration } from "../graph.ts";

const STACK = "pulumi:pulumi:Stack";

/**
 * Pulumi's mocks tell the inputs of a resource, not its options. This listens where these arrive, by "type name" of the
 * resource, and gives URNs and aliases as the engine does: the mocks' own URNs know one parent only.
 */
export function listenForRegistrations(): ReadonlyMap<string, Registration> {
  const registrations = new Map<string, Registration>();
  const aliases = new Map<string, readonly string[]>();
  const monitor = runtime.getMonitor();
  monitor.newUrn = (parent, type, name) => urnOf({ parent, type, name });
  for (const method of ["registerResource", "readResource"] as const) {
    const answer = monitor[method].bind(monitor);
    monitor[method] = (request, callback) => {
      const [parent, type, name] = [request.getParent(), request.getType(), request.getName()];
      const urn = urnOf({ parent, type, name });
      // A component is registered before what belongs to it.
      aliases.set(urn, aliasesOf({ request, parentAliases: aliases.get(parent) ?? [] }));
      registrations.set(`${type} ${name}`, {
        urn: withoutStack(urn),
        aliases: (aliases.get(urn) ?? []).map(withoutStack).toSorted(),
        ...(isComponent(parent) && { parent: partsOf(parent).name }),
        protected: request.getProtect?.() === true,
        retained: request.getRetainondelete?.() === true,
      });
      return answer(request, callback);
    };
  }
  return registrations;
}

/** Its own, and those that follow from the names its component had: what begins with that name began with the former. */
function aliasesOf(args: { request: runtime.Request; parentAliases: readonly string[] }): readonly string[] {
  const { request, parentAliases } = args;
  const self = { parent: request.getParent(), type: request.getType(), name: request.getName() };
  const own = (request.getAliasesList?.() ?? []).map((alias) => {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    const parent = spec.getNoparent() ? "" : spec.getParenturn();
    return urnOf({ parent, type: spec.getType() || self.type, name: spec.getName() || self.name });
  });
  const { name: parentName } = partsOf(self.parent);
  const inherited = [urnOf(self), ...own].flatMap((urn) => {
    const { types, name } = partsOf(urn);
    return parentAliases.map((parent) =>
      urnOf({
        parent,
        type: types.split("$").at(-1) ?? "",
        name: name.startsWith(parentName) ? partsOf(parent).name + name.slice(parentName.length) : name,
      }),
    );
  });
  return [...own, ...inherited];
}

function partsOf(urn: string): { types: string; name: string } {
  const [types = "", name = ""] = urn.split("::").slice(2);
  return { types, name };
}

function isComponent(parent: string): boolean {
  const { types } = partsOf(parent);
  return types !== "" && types !== STACK;
}

function urnOf({ parent, type, name }: { parent: string; type: string; name: string }): string {
  const types = isComponent(parent) ? `${partsOf(parent).types}$${type}` : type;
  return `urn:pulumi:${runtime.getStack()}::${runtime.getProject()}::${types}::${name}`;
}

/** `urn:pulumi:stack::project::` is the same for all. */
function withoutStack(urn: string): string {
  return urn.split("::").slice(2).join("::");
}
