// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const CALLBACK_MUTANTS: readonly Mutant[] = [
  {
    name: "a result is delivered although no address was named for it",
    file: core("contracts/awaited"),
    find: 'callback.url !== ""',
    replace: "callback.url !== undefined",
  },
  {
    name: "an attempt that is on record is not followed up again",
    file: functions("dispatcher/deliver"),
    find: "      follow({ next, made, deliverable }, ports),",
    replace: "      recorded === undefined && follow({ next, made, deliverable }, ports),",
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
    find: "await parked.send(parkedOf(subject, data));",
    replace: "void parked;",
  },
  {
    name: "each attempt to deliver a result has an id of its own",
    file: core("callbacks/callback-request"),
    find: "const id = webhookId(content.id);",
    replace: "const id = `${webhookId(content.id)}_${now.getTime()}`;",
  },
];
