// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { functions, type Mutant } from "./mutant.ts";

export const DEAD_LETTER_MUTANTS: readonly Mutant[] = [
  {
    name: "the dead letters of dial are thrown away",
    file: functions("dead-letters/dial"),
    find: 'const command: Command = { type: "give_up", id: commandIds.deadDial(tid), at: clock.now().toISOString() };',
    replace: "const command = undefined;",
  },
  {
    name: "dead timers that cannot be read are thrown away",
    file: functions("dead-letters/timers"),
    find: 'const lost: Command = { type: "close_lost", id: commandIds.lostDeadline(), at, deadlineSeconds };',
    replace: 'const lost: Command = { type: "give_up", id: commandIds.lostDeadline(), at }; void deadlineSeconds;',
    level: "deploying",
    calls: 100,
  },
  {
    name: "a dead letter is handled before its time",
    file: functions("dead-letters/when-due"),
    find: "if (!isEarly(message, clock)) return await handle(message);",
    replace: "if (!isEarly(message, clock) || checkpoints !== undefined) return await handle(message);",
    level: "deploying",
    isQuick: true,
  },
  {
    name: "a dead letter that cannot be read is handled before its time",
    file: functions("dead-letters/when-due"),
    find: "if (!isReadable(message)) throw new NotYetError(message.not_before);",
    replace: "if (!isReadable(message)) return await handle(message); void NotYetError;",
    level: "deploying",
    isQuick: true,
  },
  {
    name: "the sweep of a batch that failed is dropped",
    file: functions("dead-letters/timers"),
    find: "return await sweep(message, ports, { isDead: true });",
    replace: 'return { event: "dead_letter.ignored", type };',
    calls: 100,
  },
  {
    name: "a sweep that cannot be read is dropped because it came before its batch expired",
    file: functions("dead-letters/timers"),
    find: "if (over === undefined && expiresAt !== undefined && expiresAt >= at) throw new NotYetError(expiresAt);",
    replace: 'if (over === undefined) return { event: "dead_letter.ignored", type }; void [NotYetError, expiresAt];',
    calls: 100,
  },
  {
    name: "deadlines that failed are dropped",
    file: functions("dead-letters/timers"),
    find: "return await stepDeadlines(deadlinesOf(message), ports);",
    replace: 'return { event: "dead_letter.ignored", type };',
  },
];
