import type { MatchedRoute } from "./event.ts";

export interface Route {
  /** "$default" or "METHOD /path", where a part may be {name} and the last one {name+}. */
  routeKey: string;
  functionName: string;
}

const METHOD_WEIGHT = 1;
const STATIC_WEIGHT = 4;
const PARAMETER_WEIGHT = 2;

/** The most specific route that fits, as API Gateway chooses: fixed parts before {name} before {name+}, `$default` last. */
export function findRoute(args: {
  routes: readonly Route[];
  method: string;
  path: string;
}): (MatchedRoute & { functionName: string }) | undefined {
  const fitting = args.routes.flatMap((route) => {
    const fit = fits({ route, method: args.method, path: args.path });
    return fit ? [{ route, ...fit }] : [];
  });
  const [best] = fitting.sort((a, b) => compareWeights(a.weights, b.weights));
  if (!best) return undefined;
  return {
    routeKey: best.route.routeKey,
    functionName: best.route.functionName,
    pathParameters: Object.keys(best.parameters).length > 0 ? best.parameters : undefined,
  };
}

function fits({ route, method, path }: { route: Route; method: string; path: string }) {
  if (route.routeKey === "$default") return { weights: [-1], parameters: {} };
  const [expectedMethod, template = "/"] = route.routeKey.split(" ");
  if (expectedMethod !== "ANY" && expectedMethod !== method) return undefined;
  const parts = path.split("/").slice(1);
  const templateParts = template.split("/").slice(1);
  const parameters: Record<string, string> = {};
  const weights: number[] = [];
  for (const [index, expected] of templateParts.entries()) {
    const name = /^\{(.+?)(\+?)\}$/.exec(expected);
    const part = parts[index];
    if (part === undefined) return undefined;
    if (name?.[2] === "+") {
      const rest = parts.slice(index).join("/");
      if (rest === "") return undefined;
      parameters[name[1] ?? ""] = rest;
      return { weights: [...weights, 0], parameters };
    }
    if (name) {
      if (part === "") return undefined;
      parameters[name[1] ?? ""] = part;
    } else if (part !== expected) return undefined;
    weights.push(name ? PARAMETER_WEIGHT : STATIC_WEIGHT);
  }
  if (parts.length !== templateParts.length) return undefined;
  return { weights: [...weights, expectedMethod === "ANY" ? 0 : METHOD_WEIGHT], parameters };
}

/** Compared part by part, from the left; the heavier first. */
function compareWeights(a: number[], b: number[]): number {
  const different = a.findIndex((weight, index) => weight !== b[index]);
  return different < 0 ? 0 : (b[different] ?? 0) - (a[different] ?? 0);
}
