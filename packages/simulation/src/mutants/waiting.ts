// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { functions, type Mutant } from "./mutant.ts";

export const WAITING_MUTANTS: readonly Mutant[] = [
  {
    name: "a failed record is answered as done",
    file: functions("sqs/batch-answer"),
    find: "return records.map(({ messageId }) => messageId);",
    replace: "return [];",
  },
  {
    name: "copies of a message multiply from hop to hop",
    file: functions("sqs/when-due"),
    find: "  const isSent = await resumeOnce({ key, upTo: made + 1 }, { checkpoints, send });",
    replace: "  await send();\n  await checkpoints.make(key, made + 1);\n  const isSent = true;",
  },
  {
    name: "a message that is early is handled",
    file: functions("sqs/when-due"),
    find: "Date.parse(message.not_before) > clock.now().getTime()",
    replace: "Date.parse(message.not_before) > clock.now().getTime() + 3_600_000 * 24",
  },
  {
    name: "the hop is remembered before it is made",
    file: functions("sqs/when-due"),
    find: "  const isSent = await resumeOnce({ key, upTo: made + 1 }, { checkpoints, send });",
    replace:
      "  const isSent = await resumeOnce({ key, upTo: made + 1 }, { checkpoints, send: async () => {} });\n  if (isSent) await send();",
  },
];
