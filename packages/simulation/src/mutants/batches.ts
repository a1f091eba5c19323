// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const BATCH_MUTANTS: readonly Mutant[] = [
  {
    name: "copies of a sweep multiply from step to step",
    file: functions("messages/resume-once"),
    find: "if ((await checkpoints.get(key)) >= upTo) return false;",
    replace: "",
  },
  {
    name: "that a sweep has gone on is remembered before it has",
    file: functions("messages/resume-once"),
    find: "  await send();\n  await checkpoints.advance(key, upTo);",
    replace: "  await checkpoints.advance(key, upTo);\n  await send();",
  },
  {
    name: "a batch leaves its loop before somebody is sure to end its calls",
    file: functions("dialing/end-batch"),
    find: `  await ports.timers.send(sweepOf({ owner, batch_id, reason }, ports));
  const standing = await ports.batches.end(batch_id, reason);
  await leaveLoop({ owner, batchId: batch_id }, ports);
`,
    replace: `  const standing = await ports.batches.end(batch_id, reason);
  await leaveLoop({ owner, batchId: batch_id }, ports);
  await ports.timers.send(sweepOf({ owner, batch_id, reason }, ports));
`,
    calls: 100,
  },
  {
    name: "the end of a batch is on record before somebody is sure to end its calls",
    file: functions("dialing/end-batch"),
    find: `  await ports.timers.send(sweepOf({ owner, batch_id, reason }, ports));
  const standing = await ports.batches.end(batch_id, reason);
`,
    replace: `  const standing = await ports.batches.end(batch_id, reason);
  await ports.timers.send(sweepOf({ owner, batch_id, reason }, ports));
`,
    calls: 100,
  },
  {
    name: "a batch that is over stays in its loop",
    file: functions("dialing/end-batch"),
    find: "return entry === undefined ? undefined : { ...seen, batches };",
    replace: "return void [entry, batches];",
    level: "none",
    isQuick: true,
  },
  {
    name: "a refused credential does not end its batch",
    file: functions("dialing/dial-call"),
    find: "if (endsBatch) await endByOne(",
    replace: "if (endsBatch && !isOfBatch) await endByOne(",
    level: "none",
    calls: 200,
    pace: 3,
  },
  {
    name: "the deadline gives nothing back",
    file: functions("dialing/step-deadlines"),
    find: "await ports.giveBack({ ...back, isLongQueued: true });",
    replace: "void back;",
    level: "deploying",
    calls: 100,
  },
  {
    name: "a call of a batch is given back although that is over",
    file: functions("dialing/give-back"),
    find: "const reason = batch.over ?? (await ports.batches.find(batchId))?.over;",
    replace: "const reason = undefined as string | undefined;",
    level: "lone",
    calls: 200,
    pace: 3,
  },
  {
    name: "a sweep ends with its first message",
    file: functions("dialing/sweep"),
    find: "  if (until < end)\n    await resumeOnce(",
    replace: "  if (until < 0)\n    await resumeOnce(",
    pace: 3,
    calls: 400,
  },
  {
    name: "a sweep of a batch that was found too late does not say that it is over",
    file: functions("dialing/sweep"),
    find: "next === 0 ? await ports.batches.end(batchId, message.reason) : message.reason;",
    replace: "message.reason;",
    calls: 100,
  },
  {
    name: "a batch is counted once only",
    file: functions("calls/count-batch"),
    find: "await resumeOnce({ key: checkpointKeys.count(batchId), upTo: looks + 1 }, { checkpoints: ports.checkpoints, send });",
    replace: "void [resumeOnce, send];",
  },
  {
    name: "a batch is announced before all of its calls are completed",
    file: functions("calls/count-batch"),
    find: "if (finished.completed < batch.count) {",
    replace: "if (finished.completed < batch.count && looks < 1) {",
  },
  {
    name: "a paused batch is dialed",
    file: core("dialing/step"),
    find: "return !paused && startMs <= atMs;",
    replace: "return Boolean(paused || startMs <= atMs);",
    level: "none",
    calls: 30,
    pace: 120,
  },
  {
    name: "a batch is dialed before its time",
    file: core("dialing/step"),
    find: "return !paused && startMs <= atMs;",
    replace: "return !paused || startMs <= atMs;",
  },
  {
    name: "whoever resumes a batch does not start its loop",
    file: functions("dialing/pause"),
    find: "if (isThere) await ensureStep({ owner: given.owner, atMs: Date.parse(given.batch.acceptedAt) }, ports);",
    replace: "void ensureStep;",
    level: "none",
    calls: 100,
    pace: 3,
  },
];
