// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import { core, functions, type Mutant } from "./mutant.ts";

export const WEBHOOK_MUTANTS: readonly Mutant[] = [
  {
    name: "any token will do for a webhook",
    file: core("security/webhook-address"),
    find: "actual.length === expected.length && timingSafeEqual(actual, expected)",
    replace: "actual.length === expected.length",
  },
  {
    name: "a webhook's token does not cover the attempt",
    file: core("security/webhook-address"),
    find: ".update(named)",
    replace: '.update(named.split("/").slice(0, 2).join("/"))',
  },
  {
    name: "the end of a call is not reported",
    file: functions("webhooks/app"),
    find: "if (!ports.verboseEvents && IgnorablePayloadSchema.safeParse(payload).success) return NOTHING_TO_SAY;",
    replace: 'if (JSON.stringify(payload)?.includes(\'"status":"completed"\')) return NOTHING_TO_SAY;',
    isQuick: true,
  },
  {
    name: "what a machine did is not reported",
    file: functions("webhooks/app"),
    find: "if (!ports.verboseEvents && IgnorablePayloadSchema.safeParse(payload).success) return NOTHING_TO_SAY;",
    replace: 'if (JSON.stringify(payload)?.includes(\'"status":"machine"\')) return NOTHING_TO_SAY;',
    level: "none",
  },
  {
    name: "digits of which the carrier does not say whether their time ran out are refused",
    file: functions("webhooks/payloads"),
    find: "  undefinedIfInvalid(z.boolean()),\n  z.transform((value) => value ?? false),",
    replace: "  z.boolean(),\n  z.transform((value) => value),",
  },
];
