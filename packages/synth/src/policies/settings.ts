import { type Settings, SettingsSchema } from "@promptcall/core/contracts/settings";
import type { CloudFunction } from "../cloud.ts";
import { type Graph, resourcesOf } from "../graph.ts";
import type { Policy } from "./policy.ts";

/** What the functions of Promptcall read at run time; a program of another kind has none. */
export function settingsOf(graph: Graph): Settings | undefined {
  const properties = resourcesOf(graph, "sst:sst:LinkRef").find(({ name }) => name === "SettingsLinkRef")?.inputs
    .properties as object | undefined;
  return properties && "carrier" in properties ? SettingsSchema.parse(properties) : undefined;
}

/** The tries of a burst begin within this, and the last of them may take its whole time. */
const BURST_SECONDS = 1;

/** What a function waits for, by the key that it needs for it: the carrier's takes a credential, a callback is signed. */
function waitsOf({ links }: CloudFunction, { carrier, callback }: Settings): readonly [string, number][] {
  return [
    ...(links.includes("SealKey") ? [["the carrier", carrier.timeoutSeconds] as [string, number]] : []),
    ...(links.includes("CallbackKey")
      ? [["a callback", callback.timeoutSeconds + BURST_SECONDS] as [string, number]]
      : []),
  ];
}

export const settingsPolicies: readonly Policy[] = [
  {
    name: "a callback goes to no private network",
    violations: ({ graph }) =>
      settingsOf(graph)?.callback.privateNetworks && graph.app.stage !== "local"
        ? ["callbacks may go to private networks"]
        : [],
  },
  {
    name: "a call's deadline is not before it has rung and talked for as long as it may",
    violations: ({ graph }) => {
      const { carrier, timers } = settingsOf(graph) ?? {};
      const longestSeconds = (carrier?.ringingSeconds ?? 0) + (carrier?.lengthSeconds ?? 0);
      return timers && timers.deadlineSeconds < longestSeconds
        ? [`calls of ${longestSeconds} s are closed after ${timers.deadlineSeconds} s`]
        : [];
    },
  },
  {
    name: "what a function waits for takes less time than the function has",
    violations: ({ graph, functions }) => {
      const settings = settingsOf(graph);
      if (settings === undefined) return [];
      return functions.flatMap((fn) =>
        waitsOf(fn, settings)
          .filter(([, seconds]) => seconds >= fn.timeoutSeconds)
          .map(([whom, seconds]) => `${fn.handler} has ${fn.timeoutSeconds} s, and waits ${seconds} s for ${whom}`),
      );
    },
  },
];
