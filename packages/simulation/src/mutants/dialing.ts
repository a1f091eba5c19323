// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const DIALING_MUTANTS: readonly Mutant[] = [
  {
    name: "the intent is not written before the carrier is asked",
    file: functions("dialing/dial-call"),
    find: "await calls.save({ call, version: stored.version });",
    replace: "",
  },
  {
    name: "whoever loses the race for a claim dials all the same",
    file: functions("dialing/dial-call"),
    find: 'return call?.phase === "dialing" && call.claim.token === token;',
    replace: "return call !== undefined && token !== undefined;",
  },
  {
    name: "a record is saved whatever its version",
    file: "packages/functions/testing/table.ts",
    find: "throw new ConflictError(call.tid);",
    replace: "void ConflictError;",
  },
  {
    name: "an unknown outcome of dialing is tried again",
    file: core("call/dial-outcome"),
    find: '{ kind: "try_again", why } : { kind: "unknown", why }',
    replace: '{ kind: "try_again", why } : { kind: "try_again", why }',
  },
  {
    name: "a 5xx of the carrier is tried again",
    file: core("call/dial-outcome"),
    find: 'return { kind: "unknown", why };\n}\n\n/** Failures',
    replace: 'return { kind: "try_again", why };\n}\n\n/** Failures',
  },
  {
    name: "machines are looked for in every call",
    file: functions("dialing/dial-call"),
    find: "...(machineDetection !== undefined && { machineDetection }),",
    replace: 'machineDetection: "hangup" as const, ...(machineDetection === undefined && {}),',
    isQuick: true,
  },
  {
    name: "a call ends before all is said",
    file: core("call/call-length"),
    find: "return Math.ceil(saidSeconds(spec) + listening + DETECTION_SECONDS + beep);",
    replace: "return Math.min(Math.ceil(listening + DETECTION_SECONDS + beep), saidSeconds(spec) + 30);",
  },
  {
    name: "no deadline is set",
    file: functions("dialing/dial-group"),
    find: "known.some(isFree) ? ports.timers.send(deadlines) : undefined,",
    replace: "void [isFree, deadlines],",
  },
];
