import { buildCommand } from "@stricli/core";
import { Promptcall } from "promptcall";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { filtersOf, WHERE_FLAG } from "../filters.ts";
import { print } from "../output.ts";
import { LOOK_FLAGS, type LookFlags } from "./looks.ts";

interface Flags extends LookFlags {
  readonly parked?: boolean;
  readonly where?: readonly string[];
}

export const replayCommand = buildCommand<Flags, [string?], Context>({
  docs: {
    brief: "Deliver a result again, or all that are parked",
    fullDescription:
      "Delivers the result of a call again, or with --parked all results that are parked. --where takes the filters of the " +
      "API: --where receiver=customer.example --where since=2026-11-30T00:00:00Z.",
  },
  parameters: {
    flags: {
      ...LOOK_FLAGS,
      ...WHERE_FLAG,
      parked: { kind: "boolean", optional: true, withNegated: false, brief: "All that are parked" },
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "Id of the call", placeholder: "ID", optional: true }],
    },
  },
  async func({ json = false, parked = false, where = [], ...flags }, id) {
    if (parked === (id !== undefined))
      throw new UsageError("Say the id of a call, or --parked for all that are parked.");
    const { calls } = new Promptcall(await this.connection(flags));
    const options = { signal: this.interrupted };
    if (id !== undefined) await calls.replay(id, options);
    const count = id === undefined ? await calls.replayParked(filtersOf(where), options) : 1;
    print(
      this,
      json ? JSON.stringify({ count }) : `${count} ${count === 1 ? "result is" : "results are"} delivered again.`,
    );
  },
});
