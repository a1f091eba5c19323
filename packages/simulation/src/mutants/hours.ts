import { core, functions, type Mutant } from "./mutant.ts";

export const HOURS_MUTANTS: readonly Mutant[] = [
  {
    name: "a call is dialed whatever its hours",
    file: core("call/dial-time"),
    find: "if (spec.localTime === undefined) return atMs;",
    replace: "if (spec.localTime === undefined || atMs > 0) return atMs;",
  },
  {
    name: "a step goes on past a call whose hours are to come, and has it wait nowhere",
    file: functions("dialer/tick"),
    find: "if (held.length > 0) await ports.waiting.addAll(owner, held);",
    replace: "void held;",
  },
  {
    name: "a loop rests past the hours of a call that it has just had wait",
    file: core("dialing/step"),
    find: "...[...held, ...inTime].map(",
    replace: "...inTime.map(",
  },
  {
    name: "a loop rests when all that it has listed is over, whatever waits behind, as after hours that many wait for",
    file: core("dialing/step"),
    find: "isUnread || isUnlisted ||",
    replace: "isUnread || (isUnlisted && false) ||",
  },
  {
    name: "a call that has waited for its hours is dialed in a pause of its batch",
    file: functions("dialer/read-step"),
    find: " || loop.batches[batch.id]?.paused",
    replace: "",
  },
  {
    name: "a batch that is paused does not go back to its calls that wait for their hours",
    file: functions("dialing/pause"),
    find: "...(holds && { from: 0 })",
    replace: "...(holds && {})",
  },
  {
    name: "a batch that has left the loop cannot be paused, though calls of it wait for their hours",
    file: functions("dialing/pause"),
    find: "(isPaused ? entryOfHeld(batch) : undefined)",
    replace: "(isPaused && entryOfHeld === undefined ? entryOfHeld : undefined)",
  },
];
