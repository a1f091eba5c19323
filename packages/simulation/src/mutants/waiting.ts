// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { functions, type Mutant } from "./mutant.ts";

export const WAITING_MUTANTS: readonly Mutant[] = [
  {
    name: "a failed record is answered as done",
    file: functions("consumer"),
    find: "return records.map(({ messageId }) => messageId);",
    replace: "return [];",
  },
  {
    name: "copies of a message multiply from hop to hop",
    file: functions("waiting"),
    find: "if ((await hops.made(key)) > made) return { hops: made, copy: true };",
    replace: "",
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
];
