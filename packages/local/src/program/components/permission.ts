import { type Input, resolveInput } from "../output.ts";

export interface Permission {
  type: "aws.permission";
  actions: readonly string[];
  resources: readonly Input<string>[];
}

/** Of a permission, the actions count here: a function may use no other, on whatever it is linked to. */
export function permission(args: { actions: readonly string[]; resources: readonly Input<string>[] }): Permission {
  return { type: "aws.permission", ...args };
}

/** The actions that what a link includes, or a function is given, allow. */
export async function actionsOf(given: readonly object[]): Promise<string[]> {
  const permissions = await Promise.all(given.map((item) => resolveInput<Partial<Permission>>(item)));
  return permissions.flatMap(({ actions = [] }) => actions);
}
