// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const PROGRESS_MUTANTS: readonly Mutant[] = [
  {
    name: "a call that somebody claimed may be claimed again",
    file: core("call/decide"),
    find: 'if (call.phase !== "queued") return { refused: "already_claimed" };',
    replace: 'if (call.phase !== "queued" && call.phase !== "dialing") return { refused: "already_claimed" };',
    level: "lone",
    calls: 100,
  },
  {
    name: "a call without a verdict does not wait for one",
    file: core("call/call"),
    find: "  return outcomeOfVerdict(call);\n}\n\n/** The outcome of a call about which no more reports are awaited. */",
    replace:
      "  return finalOutcomeOf(call);\n}\n\n/** The outcome of a call about which no more reports are awaited. */",
  },
  {
    name: "that nothing follows from a report is believed of a look that may be behind",
    file: functions("calls/progress"),
    find: "if (isUnchanged && mayBeBehind) continue;",
    replace: "",
    level: "behind",
    isQuick: true,
  },
  {
    name: "no settle timer is set",
    file: functions("calls/progress"),
    find: 'if (call.phase === "ended") return ports.random.uuid();',
    replace: 'if (call.phase === "ended") return undefined;',
    isQuick: true,
  },
  {
    name: "a late report can change the result",
    file: core("call/decide"),
    find: 'if (call.phase === "completed") return [reported];',
    replace: "",
  },
  {
    name: "the result is published once only",
    file: functions("calls/progress"),
    find: 'commands.some((command) => "id" in command && command.id === call.completedBy)',
    replace: 'stored.call.phase !== "completed"',
  },
  {
    name: "the result is published before it is saved",
    file: functions("calls/progress"),
    find: "      if (!(await saved(",
    replace:
      '      if (call.phase === "completed" && stored.call.phase !== "completed") await ports.bus.publish([completedEvent(call)]);\n      if (!(await saved(',
  },
  {
    name: "what goes out with the result is read anew each time",
    file: functions("calls/progress"),
    find: "const { attempts, uuid, durationSeconds: duration_seconds, price } = summary;",
    replace:
      "const { uuid, durationSeconds: duration_seconds, price } = call.line; const attempts = Object.keys(call.attempts).length; void summary;",
  },
  {
    name: "nobody looks whether a completed call's result was ever sent",
    file: functions("calls/progress"),
    find: "if (attempts.length > 0) return false;",
    replace: "if (attempts.length >= 0) return false;",
  },
  {
    name: "nobody makes sure that a call that was never dialed is announced",
    file: functions("calls/progress"),
    find: 'return call.phase === "completed" && !hasDeadline ? call.completedBy : undefined;',
    replace: "return undefined;",
  },
  {
    name: "the timer of a completed call is set after it is saved",
    file: functions("calls/progress"),
    find: "        await ports.timers.send(settleTimer({ call, id: timerId }, ports));\n        timedFor = call.phase;\n      }\n      if (!(await saved({ call, version: stored.version }, ports.calls))) {\n        conflicts += 1;\n        continue;\n      }",
    replace:
      "        timedFor = call.phase;\n      }\n      if (!(await saved({ call, version: stored.version }, ports.calls))) {\n        conflicts += 1;\n        continue;\n      }\n      if (timerId !== undefined) await ports.timers.send(settleTimer({ call, id: timerId }, ports));",
  },
  {
    name: "the timer of a completed call does not look whether its result was sent",
    file: functions("timers/fire"),
    find: 'if (stored?.call.phase === "completed" && stored.call.completedBy === id) {',
    replace:
      'if (stored?.call.phase === "completed" && stored.call.completedBy === id) {\n    if (tid) return { event: "timer.settle", tid };',
  },
  {
    name: "one call that fails has a whole message die",
    file: functions("messages/isolate-failures"),
    find: "if (isAlone) throw error;",
    replace: "if (isAlone || error !== undefined) throw error;",
    level: "unreadable",
    calls: 60,
  },
  {
    name: "a line that was never answered waits for a verdict",
    file: core("call/call"),
    find: 'if ("line" in call && isUnanswered(call.line) && attemptsOf(call) === 0) return finalOutcomeOf(call);',
    replace: "",
    isQuick: true,
  },
  {
    name: "digits on a line that was never answered count",
    file: core("call/call"),
    find: '!("attempts" in call) || isUnanswered(call.line) || isWithoutTalk(call.line)',
    replace: '!("attempts" in call) || isWithoutTalk(call.line)',
    level: "abused",
  },
  {
    name: "digits count although the end of the call says that it lasted for no time",
    file: core("call/call"),
    find: '!("attempts" in call) || isUnanswered(call.line) || isWithoutTalk(call.line)',
    replace: '!("attempts" in call) || isUnanswered(call.line) || (isWithoutTalk(call.line) && false)',
    level: "abused",
  },
  {
    name: "a second report turns a wrong attempt into a right one",
    file: core("call/facts"),
    find: "const matched = report.matched && attempts[attempt] !== false;",
    replace: "const matched = report.matched || attempts[attempt] === true;",
    level: "abused",
    isQuick: true,
  },
  {
    name: "the reason of a result is not what the carrier said",
    file: core("call/facts"),
    find: "...(isDetail(detail) && { detail: firstOf(DETAILS, line.detail, detail) }),",
    replace: "...(isDetail(detail) && {}),",
  },
  {
    name: "the words of a call outlive it",
    file: functions("calls/progress"),
    find: "  await calls.eraseWords(call.tid);\n",
    replace: "",
    isQuick: true,
  },
  {
    name: "a result is published before the words of its call are erased",
    file: functions("calls/progress"),
    find: "  await calls.eraseWords(call.tid);\n  await bus.publish([completedEvent(call)]);\n",
    replace: "  await bus.publish([completedEvent(call)]);\n  await calls.eraseWords(call.tid);\n",
  },
  {
    name: "a request that is repeated brings the words of completed calls back",
    file: functions("api/acceptance/add-specs"),
    find: "const known = isContinued ?",
    replace: "const known = !isContinued ?",
  },
  {
    name: "what a request leaves that died half-way is kept like a call that is over",
    file: core("call/erasure"),
    find: "const UNFINISHED_MS = 4 * 24 * 3_600_000;",
    replace: "const UNFINISHED_MS = 30 * 24 * 3_600_000;",
  },
];
