// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
/** One line of safety taken away: where it stands, and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const core = (file: string) => `packages/core/src/${file}.ts`;
const functions = (file: string) => `packages/functions/src/${file}.ts`;

/** Each must make some history fail. One that survives is a hole in the simulation. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "the intent is not written before the carrier is asked",
    file: functions("dialer/dial-call"),
    find: "await calls.save({ call, version: stored.version });",
    replace: "",
  },
  {
    name: "a call that somebody claimed may be claimed again",
    file: core("decide"),
    find: 'if (call.phase !== "queued") return { refused: "already_claimed" };',
    replace: 'if (call.phase !== "queued" && call.phase !== "dialing") return { refused: "already_claimed" };',
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
    name: "the deadline closes none of the calls that were dialed together",
    file: functions("timers/fire"),
    find: "(heard.has(tid) ? [] :",
    replace: "(heard.has(tid) || true ? [] :",
  },
  {
    name: "a call without a verdict does not wait for one",
    file: core("call"),
    find: "  return outcomeOfVerdict(call);\n}\n\n/** The outcome of a call that will hear no more. */",
    replace: "  return finalOutcomeOf(call);\n}\n\n/** The outcome of a call that will hear no more. */",
  },
  {
    name: "no settle timer is set",
    file: functions("progress"),
    find: "await ports.timers.send(settleTimer({ tid, id: timerId }, ports));",
    replace: "void settleTimer;",
  },
  {
    name: "a late report can change the result",
    file: core("decide"),
    find: 'if (call.phase === "completed") return [reported];',
    replace: "",
  },
  {
    name: "the result is published once only",
    file: functions("progress"),
    find: 'commands.some((command) => "id" in command && command.id === call.completedBy)',
    replace: 'stored.call.phase !== "completed"',
  },
  {
    name: "the result is published before it is saved",
    file: functions("progress"),
    find: "      if (!(await saved(",
    replace:
      '      if (call.phase === "completed" && stored.call.phase !== "completed") await ports.bus.publish([completedEvent(call)]);\n      if (!(await saved(',
  },
  {
    name: "what goes out with the result is read anew each time",
    file: functions("progress"),
    find: "const { attempts, uuid, durationSeconds: duration_seconds, price } = summary;",
    replace:
      "const { uuid, durationSeconds: duration_seconds, price } = call.line; const attempts = Object.keys(call.attempts).length; void summary;",
  },
  {
    name: "nobody looks whether a completed call's result was ever heard of",
    file: functions("progress"),
    find: "if (attempts.length > 0) return false;",
    replace: "if (attempts.length >= 0) return false;",
  },
  {
    name: "any token will do for a webhook",
    file: core("webhook-address"),
    find: "actual.length === expected.length && timingSafeEqual(actual, expected)",
    replace: "actual.length === expected.length",
  },
  {
    name: "a webhook's token does not cover the attempt",
    file: core("webhook-address"),
    find: '.update([tid, ...pathOf(purpose)].join("/"))',
    replace: '.update([tid, pathOf(purpose)[0]].join("/"))',
  },
  {
    name: "a failed record is answered as done",
    file: functions("consumer"),
    find: "return records.map(({ messageId }) => messageId);",
    replace: "return [];",
  },
  {
    name: "the dead letters of dial are thrown away",
    file: functions("dead-letters/bury"),
    find: 'const command: Command = { type: "give_up", id: `dead_${tid}`, at: clock.now().toISOString() };',
    replace: "const command = undefined;",
  },
  {
    name: "dead timers that cannot be read are thrown away",
    file: functions("dead-letters/bury"),
    find: '{ type: "close_lost", id: "dead_deadline", at, deadlineSeconds }',
    replace: '{ type: "give_up", id: "dead_deadline", at }; void [deadlineSeconds]',
  },
  {
    name: "copies of a message multiply from hop to hop",
    file: functions("waiting"),
    find: "if ((await hops.made(key)) > made) return { hops: made, copy: true };",
    replace: "",
  },
  {
    name: "a batch is not gone on with",
    file: functions("dialer/dial"),
    find: "await passOn({ message, dueMs }, ports);",
    replace: "void passOn;",
  },
  {
    name: "a batch is not gone on with when a step of it is dead",
    file: functions("dead-letters/bury"),
    find: "await passOn({ message: letter }, ports);",
    replace: "void passOn;",
  },
  {
    name: "copies of a batch's message multiply from step to step",
    file: functions("pass-on-once"),
    find: "if ((await hops.made(key)) >= upTo) return;",
    replace: "",
  },
  {
    name: "that a batch has gone on is remembered before it has",
    file: functions("pass-on-once"),
    find: "  await send();\n  await hops.make(key, upTo);",
    replace: "  await hops.make(key, upTo);\n  await send();",
  },
  {
    name: "a call of a batch carries the credential as it was sealed for the batch",
    file: functions("dialer/dial"),
    find: "sealedCredential: () => ports.seal.seal(credential, tid),",
    replace: "sealedCredential: async () => message.sealed_credential,",
  },
  {
    name: "a batch's message is done with although a call of it was not",
    file: functions("dialer/dial"),
    find: "if (failed !== undefined) throw failed.reason;",
    replace: "void failed;",
  },
  {
    name: "a batch that cannot be read is given up from its beginning, over and over",
    file: functions("dead-letters/in-turn"),
    find: "if (failed === undefined && upTo > next) await hops.make(key, upTo);",
    replace: "",
  },
  {
    name: "calls are queued without a place in time",
    file: functions("api/places"),
    find: "let reservation = await paces.reserve({ applicationId, count, byMs });",
    replace:
      'let reservation = (await paces.read(applicationId).then((pace) => ({ kind: "reserved" as const, ...pace, ...placesFrom(clock.now().getTime(), { count, pace }) }))) as Awaited<ReturnType<typeof paces.reserve>>;',
  },
  {
    name: "a message that is early is handled",
    file: functions("waiting"),
    find: "Date.parse(message.not_before) > clock.now().getTime()",
    replace: "Date.parse(message.not_before) > clock.now().getTime() + 3_600_000 * 24",
  },
  {
    name: "the hop is remembered before it is made",
    file: functions("waiting"),
    find: "  await queue.send({ ...message, hops: made + 1 });\n  await hops.make(key, made + 1);",
    replace: "  await hops.make(key, made + 1);\n  await queue.send({ ...message, hops: made + 1 });",
  },
  {
    name: "an attempt that is on record is not followed up again",
    file: functions("dispatcher/deliver"),
    find: "    await follow({ next, made, spec }, ports);",
    replace: "    if (recorded === undefined) await follow({ next, made, spec }, ports);",
  },
  {
    name: "what was given up for being slow is not sent on",
    file: functions("dispatcher/deliver"),
    find: 'if (made === "slow") await ports.callbacks.send(message);',
    replace: "",
  },
  {
    name: "what is parked is not put among the dead letters",
    file: functions("dispatcher/deliver"),
    find: 'await parked.send({ v: 1, type: "parked", tid, attempts: attempt, why: next.why });',
    replace: "void parked;",
  },
  {
    name: "each attempt to deliver a result has an id of its own",
    file: core("callback-request"),
    find: "const id = `msg_${result.tid}`;",
    replace: "const id = `msg_${result.tid}_${now.getTime()}`;",
  },
];
