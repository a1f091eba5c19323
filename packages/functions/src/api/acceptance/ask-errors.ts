import { askOf, type CallRequest } from "@promptcall/core/contracts/request";
import type { FieldError } from "../../http/problem.ts";
import type { Fields } from "./parameters.ts";

type Ask = NonNullable<CallRequest["ask"]>;

const LISTENING: readonly Ask[] = ["confirm", "press", "capture"];

/** Parameters that mean nothing where something else is asked. Whoever gives one of them may have meant another call. */
const ONLY_WITH: Partial<Record<keyof CallRequest, readonly Ask[]>> = {
  pin_code: ["confirm"],
  choices: ["press"],
  choice_texts: ["press"],
  min_digits: ["capture"],
  max_digits: ["capture"],
  submit_on_hash: ["capture"],
  bye_text: LISTENING,
  failed_text: LISTENING,
  silence_text: LISTENING,
  last_failed_text: LISTENING,
  repeat_text: LISTENING,
  max_attempts: LISTENING,
  input_timeout: LISTENING,
};

const NEEDED: Partial<Record<Ask, { field: string; expected: string }>> = {
  confirm: { field: "pin_code", expected: "1 to 20 digits, as text so that leading zeros are kept" },
  press: { field: "choices", expected: 'a word for each digit, as {"1": "confirmed"}' },
};

const UNCLEAR: FieldError = {
  field: "pin_code",
  wrong: "is missing",
  expected: "1 to 20 digits, as text so that leading zeros are kept; or choices, or ask with capture or say",
};

/** What does not go with what is asked of the person, in the fields of a call as they were given. */
export function askErrors(given: Fields): readonly FieldError[] {
  const ask = askOf(given);
  if (ask === undefined) return [UNCLEAR];
  if (!isAsk(ask)) return [];
  const needed = NEEDED[ask];
  const missing = needed !== undefined && given[needed.field] === undefined ? [{ ...needed, wrong: "is missing" }] : [];
  const misplaced = Object.entries(ONLY_WITH).flatMap(([field, asks]): FieldError[] =>
    given[field] === undefined || asks.includes(ask)
      ? []
      : [{ field, wrong: `is given where ask is ${ask}`, expected: `it with ask ${asks.join(" or ")}` }],
  );
  return [...missing, ...misplaced];
}

const ASKS: Readonly<Record<Ask, true>> = { confirm: true, press: true, capture: true, say: true };

/** Any other is refused by the schema. */
function isAsk(ask: unknown): ask is Ask {
  return typeof ask === "string" && Object.hasOwn(ASKS, ask);
}

/** The same of a call whose fields are each right. */
export function unfitAnswers({ choices, choice_texts, min_digits, max_digits }: CallRequest): readonly FieldError[] {
  const unknown = Object.keys(choice_texts ?? {}).filter((key) => choices?.[key] === undefined);
  return [
    ...(unknown.length > 0
      ? [{ field: "choice_texts", wrong: "has a text for a digit that is no choice", expected: "digits of choices" }]
      : []),
    ...(min_digits > max_digits
      ? [{ field: "min_digits", wrong: "is more than max_digits", expected: `at most ${max_digits}` }]
      : []),
  ];
}
