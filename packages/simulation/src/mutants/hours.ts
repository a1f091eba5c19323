import { core, functions, type Mutant } from "./mutant.ts";

export const HOURS_MUTANTS: readonly Mutant[] = [
  {
    name: "a call is dialed whatever its hours",
    file: core("call/dial-time"),
    find: "if (spec.localTime === undefined) return fromMs;",
    replace: "if (spec.localTime === undefined || atMs > 0) return fromMs;",
  },
  {
    name: "a step goes on past a call whose hours are to come, and has it wait nowhere",
    file: functions("dialer/tick"),
    find: "if (held.length > 0) await ports.waiting.addAll(owner, held);",
    replace: "void held;",
  },
  {
    name: "a loop rests past the hours of a call that it has just had wait",
    file: core("dialing/waiting-calls"),
    find: "...[...held, ...inTime].map(",
    replace: "...inTime.map(",
  },
  {
    name: "a call that has waited for its hours is dialed in a pause of its batch",
    file: functions("dialer/read-step"),
    find: " || loop.batches[batch.id]?.paused",
    replace: "",
  },
];
