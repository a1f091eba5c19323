import { type Cloud, type CloudFunction, listOf } from "../cloud.ts";
import { includedIn } from "./access.ts";
import type { Policy } from "./policy.ts";

/** What a function was given on purpose. */
export interface FunctionBudget {
  timeoutSeconds: number;
  memoryMb: number;
  /** What is uploaded, and how much of it a cold start loads. */
  bundleKilobytes: number;
  loadedKilobytes: number;
  /** What it may do, by the resource, beside taking from its own queue. */
  may: Readonly<Record<string, readonly string[]>>;
}

/** By the handler, the one name of a function that its author chose. */
export type FunctionBudgets = Readonly<Record<string, FunctionBudget>>;

export function functionPolicies(budgets: FunctionBudgets): readonly Policy[] {
  return [
    {
      name: "functions run on Node.js 24 and arm64",
      violations: ({ functions }) =>
        functions
          .filter(({ runtime, architectures }) => runtime !== "nodejs24.x" || architectures.join() !== "arm64")
          .map(({ name, runtime, architectures }) => `${name} runs on ${runtime} and ${architectures.join()}`),
    },
    {
      name: "timeout and memory are what was decided",
      violations: ({ functions }) =>
        functions.flatMap(({ handler, timeoutSeconds, memoryMb }) => {
          const budget = budgets[handler];
          if (budget === undefined) return [`nothing was decided for ${handler}`];
          return [
            ...(timeoutSeconds === budget.timeoutSeconds ? [] : [`${handler} may take ${timeoutSeconds} s`]),
            ...(memoryMb === budget.memoryMb ? [] : [`${handler} has ${memoryMb} MB`]),
          ];
        }),
    },
    {
      name: "a link lets its function do what was decided for it",
      violations: (cloud) =>
        cloud.functions.flatMap((fn) => {
          const decided = new Set(Object.entries(budgets[fn.handler]?.may ?? {}).flatMap(spelledOut));
          const may = rightsOf(fn, cloud);
          return [
            ...[...may.difference(decided)].map((right) => `${fn.handler} may ${right}`),
            ...[...decided.difference(may)].map((right) => `${fn.handler} may not ${right}`),
          ];
        }),
    },
    {
      name: "bundles stay within their size",
      violations: ({ functions }) =>
        functions.flatMap(({ handler, bundleBytes, loadedBytes }) => {
          const { bundleKilobytes = 0, loadedKilobytes = 0 } = budgets[handler] ?? {};
          return [
            ...(bundleBytes <= bundleKilobytes * 1000 ? [] : [`${handler} has ${kilobytes(bundleBytes)}`]),
            ...(loadedBytes <= loadedKilobytes * 1000 ? [] : [`${handler} loads ${kilobytes(loadedBytes)}`]),
          ];
        }),
    },
  ];
}

const spelledOut = ([resource, actions]: [string, readonly string[]]) =>
  actions.map((action) => `${action} on ${resource}`);

/** What its links let it do, by the names of the resources. */
function rightsOf(fn: CloudFunction, cloud: Cloud): ReadonlySet<string> {
  const nameOf = (resourceArn: string) => {
    const found = cloud.graph.resources.find(({ arn }) => arn === resourceArn.replace(/\/index\/\*$/, ""));
    return found?.parent ?? found?.name ?? resourceArn;
  };
  const rights = includedIn(fn, cloud).flatMap(({ Action, Resource }) =>
    listOf(Resource).flatMap((resource) => listOf(Action).map((action) => `${action} on ${nameOf(resource)}`)),
  );
  return new Set(rights);
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;
