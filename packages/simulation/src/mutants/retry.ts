import { core, functions, type Mutant } from "./mutant.ts";

export const RETRY_MUTANTS: readonly Mutant[] = [
  {
    name: "a report does not say of which dial it is",
    file: core("call/command-of"),
    find: 'const dial = "dial" in event.data ? event.data.dial : undefined;',
    replace: "const dial = undefined as number | undefined;",
  },
  {
    name: "what is reported of an earlier dial is a fact of the one that is under way",
    file: core("call/evolve"),
    find: "return dial === dialNumberOf(call) ? join(",
    replace: "return dial <= dialNumberOf(call) ? join(",
  },
  {
    name: "a person is called again more often than was asked for",
    file: core("call/redial"),
    find: "dialNumberOf(call) <= call.retry.times",
    replace: "dialNumberOf(call) <= call.retry.times + 1",
    isQuick: true,
  },
  {
    name: "a person is called again whatever the dial before has come to",
    file: core("call/redial"),
    find: "!retry.on.includes(outcome.detail ?? outcome.reason)",
    replace: "!(outcome.detail ?? outcome.reason)",
    isQuick: true,
  },
  {
    name: "a person is called again too soon",
    file: core("call/dial-time"),
    find: "again === undefined ? atMs : Math.max(atMs, Date.parse(again))",
    replace: "again === undefined ? atMs : atMs",
  },
  {
    name: "a live call that is cancelled is dialed again",
    file: core("call/decide"),
    find: 'return mayBeRedialed(call) ? [{ type: "redials_ended" }] : { refused: "dialed" };',
    replace: 'return { refused: "dialed" };',
  },
  {
    name: "no timer is set for a call that is to be dialed again",
    file: functions("calls/progress"),
    find: "if (dialNumberOf(call) > dialNumberOf(before)) return ports.random.uuid();",
    replace: "",
    isQuick: true,
  },
  {
    name: "nobody makes sure that a call that is not dialed again is announced",
    file: functions("calls/progress"),
    find: ' && before.phase !== "queued";',
    replace: ";",
  },
  {
    name: "a call waits to be dialed again in a pause of its batch, which drops it",
    file: functions("dialing/await-redial"),
    find: "if (paused || batch.over !== undefined) {",
    replace: "if (batch.over !== undefined) {",
  },
  {
    name: "a call that is to be dialed again waits, and its loop does not know",
    file: functions("dialing/await-redial"),
    find: "  await ensureStep({ owner, atMs: item.notBeforeMs, arrives: item }, ports);\n",
    replace: "",
    isQuick: true,
  },
  {
    name: "a call of a batch that is to be dialed again is taken for another one of its batch",
    file: functions("dialing/await-redial"),
    find: "index: batch.place ?? batch.index",
    replace: "index: batch.index + 1",
  },
  {
    name: "a call that expires before it is dialed again is one that was never dialed",
    file: core("call/decide"),
    find: "return last?.outcome ?? {",
    replace: "return {",
  },
  {
    name: "the credential of a call outlives it",
    file: core("call/erasure"),
    find: "    sealedCredential,\n    ...kept",
    replace: "    ...kept",
    isQuick: true,
  },
];
