import * as z from "zod/mini";
import { DIGIT, mapping } from "./parameter-types.ts";
import { spokenLength } from "./spoken-text.ts";

/** Of what the carrier says at once, in its own count. */
export const LONGEST_TEXT = 1500;
const LONGEST_MESSAGE = 500;
const LONGEST_MARKUP = 10_000;

/** As long as the carrier says it, which counts no tags; and with all of them no longer than a record can hold. */
function text(longest: number) {
  const error = `expected text of 1 to ${longest} characters`;
  return z.string({ error }).check(
    z.minLength(1, { error }),
    z.maxLength(LONGEST_MARKUP, { error: `expected text of at most ${LONGEST_MARKUP} characters, tags included` }),
    z.refine((written) => written.length > LONGEST_MARKUP || isWithin(spokenLength(written), longest), { error }),
  );
}

const isWithin = (length: number, longest: number) => length >= 1 && length <= longest;

const prompt = text(LONGEST_TEXT);
const message = text(LONGEST_MESSAGE);
export const somePrompt = z.optional(prompt);
export const someMessage = z.optional(message);

export function choiceTexts() {
  const error = 'expected an object of texts, each by the digit of its choice, as {"1": "Thank you."}';
  return mapping({ key: DIGIT, value: message, error });
}

/** By language, the prompt, or all that is said. */
export function texts() {
  const error = 'expected an object of texts by language, as {"de-DE": "Ihre PIN?", "fr-FR": {"text": "Votre code ?"}}';
  const all = z.strictObject(
    {
      text: somePrompt,
      introduction: someMessage,
      bye_text: someMessage,
      failed_text: someMessage,
      silence_text: someMessage,
      last_failed_text: someMessage,
      beep_text: someMessage,
      choice_texts: z.optional(choiceTexts()),
    },
    { error },
  );
  return mapping({ key: /^[\w-]{2,35}$/, value: z.union([prompt, all], { error }), error });
}
