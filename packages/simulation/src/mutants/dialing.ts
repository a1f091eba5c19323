// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const DIALING_MUTANTS: readonly Mutant[] = [
  {
    name: "the intent is not written before the carrier is asked",
    file: functions("dialer/dial-call"),
    find: "await calls.save({ call, version: stored.version });",
    replace: "",
  },
  {
    name: "whoever loses the race for a claim dials all the same",
    file: functions("dialer/dial-call"),
    find: 'return call?.phase === "dialing" && call.claim.token === token;',
    replace: "return call !== undefined && token !== undefined;",
  },
  {
    name: "a record is saved whatever its version",
    file: "packages/simulation/src/twins/table.ts",
    find: "throw new ConflictError(call.tid);",
    replace: "void ConflictError;",
  },
  {
    name: "an unknown outcome of dialing is tried again",
    file: core("dial-outcome"),
    find: '{ kind: "try_again", why } : { kind: "unknown", why }',
    replace: '{ kind: "try_again", why } : { kind: "try_again", why }',
  },
  {
    name: "a 5xx of the carrier is tried again",
    file: core("dial-outcome"),
    find: 'return { kind: "unknown", why };\n}\n\n/** Failures',
    replace: 'return { kind: "try_again", why };\n}\n\n/** Failures',
  },
  {
    name: "the claim is given back before the call is queued anew",
    file: functions("dialer/dial-call"),
    find: '  await dial.send({ v: 1, type: "dial", tid, sealed_credential, not_before });\n  await release({ tid, token }, calls);',
    replace:
      '  await release({ tid, token }, calls);\n  await dial.send({ v: 1, type: "dial", tid, sealed_credential, not_before });',
  },
  {
    name: "no deadline is set",
    file: functions("dialer/dial"),
    find: 'await ports.timers.send({ v: 1, type: "deadline", tid, claim: token, sealed_credential, not_before });',
    replace: "void not_before;",
  },
  {
    name: "no deadline is set for calls that are dialed together",
    file: functions("dialer/dial"),
    find: 'await ports.timers.send({ v: 1, type: "deadlines", ...calls, not_before: deadlineOf(turns, ports) });',
    replace: "void [calls, deadlineOf];",
  },
  {
    name: "calls are queued without a place in time",
    file: functions("api/places"),
    find: "let reservation = await paces.reserve({ applicationId, count, byMs });",
    replace:
      'let reservation = (await paces.read(applicationId).then((pace) => ({ kind: "reserved" as const, ...pace, ...placesFrom(clock.now().getTime(), { count, pace }) }))) as Awaited<ReturnType<typeof paces.reserve>>;',
  },
  {
    name: "machines are looked for in every call",
    file: functions("dialer/dial-call"),
    find: "...(machineDetection !== undefined && { machineDetection }),",
    replace: 'machineDetection: "hangup" as const, ...(machineDetection === undefined && {}),',
    isQuick: true,
  },
  {
    name: "a call ends before all is said",
    file: core("call-length"),
    find: "return Math.min(Math.ceil(said + heard + DETECTION_SECONDS), carrier.lengthSeconds);",
    replace: "return Math.min(Math.ceil(heard + DETECTION_SECONDS), carrier.lengthSeconds, said + 30);",
  },
];
