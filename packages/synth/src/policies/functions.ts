import type { Policy } from "./policy.ts";

/** What a function was given on purpose. */
export interface FunctionBudget {
  timeoutSeconds: number;
  memoryMb: number;
  /** What is uploaded, and how much of it a cold start loads. */
  bundleKilobytes: number;
  loadedKilobytes: number;
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

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;
