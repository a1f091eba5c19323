import { core, functions, type Mutant } from "./mutant.ts";

/** What people answer: choices, digits that are captured, and that all was heard. */
export const ANSWER_MUTANTS: readonly Mutant[] = [
  {
    name: "captured digits are published as they were keyed",
    file: functions("webhooks/judge"),
    find: "return { matched: true, sealed_digits: await digitsSeal.seal(keyed, tid) };",
    replace: "return { matched: true, sealed_digits: keyed };",
    level: "none",
  },
  {
    name: "captured digits outlive the delivery of their result",
    file: functions("dispatcher/deliver"),
    find: "if (sealedDigits !== undefined) await eraseDigits(subject.id, ports);",
    replace: "",
    level: "none",
  },
  {
    name: "the digits of a parked result stay for as long as its call's record",
    file: functions("dispatcher/deliver"),
    find: "if (sealedDigits !== undefined) await parkDigits({ tid: subject.id, sealed: sealedDigits }, ports);",
    replace: "",
    level: "none",
  },
  {
    name: "the digits of a parked result are in its record no more before they are kept beside it",
    file: functions("calls/captured-digits"),
    find: "  await parkedDigits.keep(tid, sealed);\n  await calls.eraseDigits(tid);",
    replace: "  await calls.eraseDigits(tid);\n  await parkedDigits.keep(tid, sealed);",
  },
  {
    name: "captured digits are erased before the customer has them",
    file: functions("dispatcher/deliver"),
    find: "    const made = { ...dueAfter(next, ports.clock), ...attempted };",
    replace:
      "    const made = { ...dueAfter(next, ports.clock), ...attempted };\n    if (deliverable.sealedDigits !== undefined) await eraseDigits(subject.id, ports);",
  },
  {
    name: "a call's digits are in the event of its completion",
    file: functions("calls/progress"),
    find: "const { sealedDigits: _digits, ...told } = { sealedDigits: undefined, ...outcome };",
    replace: "const told = outcome;",
    level: "none",
  },
  {
    name: "what was answered is forgotten when the line goes down",
    file: core("call/evolve"),
    find: '    ...("entered" in call && { entered: call.entered }),',
    replace: "",
    level: "none",
  },
  {
    name: "fewer digits than are wanted are enough",
    file: functions("webhooks/judge"),
    find: "if (!/^\\d+$/.test(keyed) || keyed.length < minDigits) return { matched: false };",
    replace: "",
    level: "none",
  },
  {
    name: "any key is a choice",
    file: functions("webhooks/judge"),
    find: "return choice === undefined ? { matched: false } : { matched: true, choice };",
    replace: 'return { matched: true, choice: choice ?? "confirmed" };',
    level: "none",
  },
  {
    name: "nobody is told that all was said",
    file: core("call/script"),
    find: 'if (ask === "say") return [...said, tellSaid(listener)];',
    replace: 'if (ask === "say") return said;',
    level: "none",
  },
];
