// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const ASKING_MUTANTS: readonly Mutant[] = [
  {
    name: "the carrier's no to a credential is no reason to refuse it",
    file: functions("api/proof/prove"),
    find: 'case "no":\n      return { problem: REJECTED };',
    replace: 'case "no":\n      return proven;',
    isQuick: true,
  },
  {
    name: "a request that comes again is carried out again",
    file: core("acceptance/idempotency"),
    find: 'if (known.isDone) return { kind: "done", record: known };',
    replace:
      'if (known.isDone) return { kind: "claimed", record: { ...known, id: begun.id, isDone: false, leaseUntilMs } };',
    isQuick: true,
  },
  {
    name: "what was decided on a request is not remembered",
    file: functions("api/acceptance/idempotency"),
    find: "recordSlots: (slots) => note({ placed: slots }),",
    replace: "recordSlots: async (slots) => void slots,",
  },
  {
    name: "a cancelled call is dialed",
    file: core("call/decide"),
    find: 'if (call.phase !== "queued") return { refused: "already_claimed" };',
    replace: 'if (call.phase !== "queued" && call.phase !== "completed") return { refused: "already_claimed" };',
    level: "none",
    pace: 120,
    calls: 200,
    isQuick: true,
  },
];
