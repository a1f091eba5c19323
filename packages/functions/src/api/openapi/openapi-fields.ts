import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import {
  type AskedCall,
  CallRequestSchema,
  type RequestOptions,
  RequestOptionsSchema,
} from "@promptcall/core/contracts/request";
import * as z from "zod/mini";
import { BatchOptionsSchema } from "../acceptance/batch-options.ts";
import { CREDENTIAL_IN_BODY } from "./openapi-parts.ts";

type Field = keyof AskedCall | keyof RequestOptions | keyof z.infer<typeof BatchOptionsSchema>;

/** What the schemas do not say by themselves. */
const DESCRIBED: Record<Field, { description: string; examples?: string[] }> = {
  to: {
    description: "Number to call, as people write it down; it comes back as it was sent",
    examples: ["447700900000"],
  },
  from: {
    description: "Caller ID, a number of the account; needed unless `random_from_number` is true",
    examples: ["447700900999"],
  },
  random_from_number: { description: "The carrier takes one of the application's numbers as caller ID" },
  introduction: {
    description:
      "Said once before `text`: who calls and why, which a phone that screens its calls passes on. Up to 500 characters",
  },
  text: {
    description: "The prompt: up to 1500 characters, tags of SSML apart. In plain text, `&` and `<` are said as signs",
  },
  texts: {
    description:
      "By language, what is said in it: the prompt, or an object with any of the texts. `language` chooses; without its language, `text` is said",
  },
  ask: {
    description:
      "What is asked: a PIN (`confirm`), one of `choices` (`press`), digits that you get (`capture`), or nothing (`say`). Without it: what there is a `pin_code` or `choices` for",
  },
  pin_code: { description: "The PIN to expect", examples: ["1234"] },
  choices: { description: "The word that the result has, by the digit that is pressed for it" },
  choice_texts: { description: "Said after a choice in place of `bye_text`, by its digit: up to 500 characters each" },
  min_digits: { description: "With `capture`: fewer are a wrong try" },
  max_digits: { description: "With `capture`: so many end it" },
  submit_on_hash: { description: "With `capture`: `#` ends it" },
  callback: { description: "Where the result is sent; without it, whoever wants the result asks for it" },
  callback_method: { description: "How the result is sent" },
  callback_format: {
    description: "What the result is: the parameters of the status, or all that is known of the call as JSON, by POST",
  },
  callback_secret: { description: "What the result is signed with, in place of the application's secret" },
  bye_text: {
    description: "Said after the right PIN, a choice or captured digits: up to 500 characters, tags of SSML apart",
  },
  failed_text: {
    description:
      "Said after a wrong PIN, key or number of digits with tries left: up to 500 characters, tags of SSML apart",
  },
  silence_text: { description: "Said where nothing was keyed, in place of `failed_text`: up to 500 characters" },
  last_failed_text: { description: "Said after the last wrong try, before the call ends: up to 500 characters" },
  beep_text: {
    description:
      "Said to an answering machine after its beep, in place of all else: up to 500 characters. With the `advanced_machine_detection` `default`",
  },
  repeat_text: { description: "`text` is said again behind `failed_text` or `silence_text`" },
  language: {
    description:
      "The language that all of it is said in, as BCP-47; one that is not spoken is refused with those that are near. With `texts`, `auto` is that of the country that is called",
    examples: ["en-US", "de-DE"],
  },
  voice: { description: "A female or a male voice, in place of a `style`" },
  style: { description: "Which of the language's voices says it", examples: ["0"] },
  premium: { description: "The premium voice of that style, which costs more" },
  level: { description: "How loud it is said" },
  loop: { description: "How often `text` is said" },
  max_attempts: { description: "How often the person may try" },
  input_timeout: { description: "For how many seconds each key is waited for" },
  ringing_timer: { description: "For how many seconds the phone may ring; 60 without it" },
  length_timer: { description: "The call ends so many seconds after the answer at the latest" },
  machine_detection: {
    description: "Whether the carrier looks for answering machines, and what becomes of a call that one takes",
  },
  advanced_machine_detection: {
    description:
      "The carrier's better detection, at its price: `default` speaks at once, `detect` waits for its judgement, `detect_beep` for the beep. What becomes of a call that a machine takes is said by `machine_detection`",
  },
  beep_timeout: { description: "For how many seconds the beep of a machine is waited for; 45 without it" },
  region: { description: "Where the carrier handles the call; without it, it chooses" },
  local_time: {
    description:
      "The call is dialed within these hours only, by the clocks where its number is; `true` is 09:00-20:00. A number that may be in several time zones has to be within them in each. Otherwise it waits, and holds up no other",
    examples: ["09:00-20:00"],
  },
  retry_times: {
    description:
      "How often the person is called again, where a dial ends as `retry_on` says, and the next one comes before the call and its credential expire. 0 without it: nobody is called twice. The one result is that of the last dial, with all `dials`",
  },
  retry_after: { description: "So many seconds after the end of a dial the next one comes, or later; 300 without it" },
  retry_on: {
    description:
      "After which reasons, in the words of a result: a list, or text with commas between. Without it `busy`, `unanswered`, `timeout` and `unavailable`",
    examples: ["busy,unanswered"],
  },
  priority: {
    description:
      "How urgent the call is beside what else of its application waits: `high` goes before all of it, `low` waits for all of it, within `expires_in`. Each row of a batch may have its own",
  },
  reference: { description: "Your own name for the call, which comes back in the result" },
  expires_in: { description: "A call that was not dialed after so many seconds is not dialed any more" },
  max_price: {
    description: "The most that all of the calls together may cost, in EUR, if each lasts as long as it can",
    examples: ["0.50"],
  },
  dry_run: { description: "Tells what would become of the calls, and calls nobody" },
  send_at: { description: "Not dialed before this time; `expires_in` counts from it" },
  atomic: { description: "All of the calls, or none" },
  repeat: { description: "Meant, though the same batch without an `Idempotency-Key` came within the last hour" },
  unique_references: { description: "Every call has a reference of its own" },
  batch_callback: { description: "Where the counts of the whole batch are posted, as JSON, when it is over" },
};

/** The same fields, each with its description. */
function described<Shape extends Partial<Record<Field, z.ZodMiniType>>>({ shape }: { shape: Shape }) {
  const fields = Object.entries(shape) as [Field & keyof Shape, z.ZodMiniType][];
  return Object.fromEntries(fields.map(([name, schema]) => [name, schema.check(z.meta(DESCRIBED[name]))])) as Shape;
}

const call = described(CallRequestSchema);
const options = described(RequestOptionsSchema);
const batchOptions = described(BatchOptionsSchema);

export const RequestSchema = z
  .object({ ...call, ...options, ...CREDENTIAL_IN_BODY })
  .register(z.globalRegistry, { id: "CallRequest" });
const RowSchema = z.partial(z.object(call)).register(z.globalRegistry, {
  id: "CallOfBatch",
  description: "A call, or what holds for those that do not say otherwise",
});
export const BatchRequestSchema = z
  .object({
    defaults: z.optional(RowSchema),
    calls: z.array(RowSchema).check(z.minLength(1), z.maxLength(MOST_CALLS_OF_BATCH)),
    ...batchOptions,
    ...options,
    ...CREDENTIAL_IN_BODY,
  })
  .register(z.globalRegistry, { id: "BatchRequest" });

/** The parameters that may be in the query: what is secret is not. */
export const QuerySchema = z.omit(z.object({ ...z.partial(z.object(call)).shape, ...batchOptions, ...options }), {
  pin_code: true,
  callback_secret: true,
});
