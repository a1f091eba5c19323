// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { functions, type Mutant } from "./mutant.ts";

export const BATCH_MUTANTS: readonly Mutant[] = [
  {
    name: "a batch is not gone on with",
    file: functions("dialer/dial"),
    find: "await passOn({ message, dueMs }, ports);",
    replace: "void passOn;",
    isQuick: true,
  },
  {
    name: "a batch is not gone on with when a step of it is dead",
    file: functions("dead-letters/bury"),
    find: "await passOn({ message: letter }, ports);",
    replace: "void passOn;",
    calls: 100,
    isQuick: true,
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
    replace: "void upTo;",
  },
];
