import { LANGUAGES } from "@promptcall/core/contracts/voices";
import { distance } from "fastest-levenshtein";
import type { FieldError } from "../../http/problem.ts";

const MOST_NEAR = 6;

/** A language that the carrier does not speak, with those that may be meant. */
export function unknownLanguage({ field, written }: { field: string; written: string }): FieldError {
  const [spoken = ""] = written.toLowerCase().split(/[-_]/);
  const related = LANGUAGES.filter((code) => code.toLowerCase().split("-")[0] === spoken);
  const far = (code: string) => distance(code.toLowerCase(), written.toLowerCase());
  const near = related.length > 0 ? related : LANGUAGES.toSorted((left, right) => far(left) - far(right)).slice(0, 3);
  const expected = `one that it does speak; near are ${near.slice(0, MOST_NEAR).join(", ")}`;
  const wrong =
    field === "language"
      ? "is not one that the carrier speaks"
      : `has ${JSON.stringify(written)}, which the carrier does not speak`;
  return { field, wrong, expected };
}
