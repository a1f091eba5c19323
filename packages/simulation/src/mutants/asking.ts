// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const ASKING_MUTANTS: readonly Mutant[] = [
  {
    name: "a request that comes again is carried out again",
    file: core("idempotency"),
    find: 'if (known.isDone) return { kind: "done", attempt: known };',
    replace: 'if (known.isDone) return { kind: "claimed", attempt: { ...known, id, isDone: false, leaseUntilMs } };',
    isQuick: true,
  },
  {
    name: "what was decided on a request is not remembered",
    file: functions("api/idempotency"),
    find: "place: (placed) => note({ placed }),",
    replace: "place: async (placed) => void placed,",
  },
  {
    name: "a cancelled call is dialed",
    file: core("decide"),
    find: 'if (call.phase !== "queued") return { refused: "already_claimed" };',
    replace: 'if (call.phase !== "queued" && call.phase !== "completed") return { refused: "already_claimed" };',
    level: "deploying",
    pace: 120,
    calls: 10,
    isQuick: true,
  },
];
