import { distance } from "fastest-levenshtein";
import type { FieldError } from "../../http/problem.ts";
import { isDamaged } from "./decode-body.ts";

/** The fields as they were sent. A field that came several times is a list. */
export type Fields = Readonly<Record<string, unknown>>;

/** One call of a batch as it was sent; or why it cannot be read, whatever it says. */
export type ReadRow = { readonly fields: Fields } | { readonly errors: readonly FieldError[] };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What may stand at one place of a request. */
export interface Parameters {
  readonly names: ReadonlySet<string>;
  /** Those that stand elsewhere, by what is to be said of it. */
  readonly elsewhere: ReadonlyMap<string, Pick<FieldError, "wrong" | "expected">>;
}

/** A request of nothing but mistakes is answered with some of them. */
const MOST_UNKNOWN = 20;
const LONGEST_NAME = 64;

/**
 * The fields that are given, all trimmed alike: null, and a text of nothing or of white space, is not given. What is no
 * parameter at this place is an error, and so is text with a character that was lost before it came here.
 */
export function givenOf(fields: Fields, parameters: Parameters): { given: Fields; errors: readonly FieldError[] } {
  const given: Record<string, unknown> = {};
  const errors: FieldError[] = [];
  let unknown = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (!parameters.names.has(name)) {
      unknown += 1;
      if (unknown <= MOST_UNKNOWN) errors.push(unknownParameter(name, parameters));
    } else if (typeof value !== "string") {
      if (value !== null && value !== undefined) given[name] = value;
    } else if (isDamaged(value)) {
      errors.push({
        field: name,
        wrong: "has a character that was lost",
        expected: "text that was read and sent in its own encoding",
      });
    } else if (value.trim() !== "") given[name] = value.trim();
  }
  return { given, errors };
}

/** Says of a name that it means nothing here, and which one was probably meant. */
export function unknownParameter(name: string, { names, elsewhere }: Parameters): FieldError {
  const known = [...names];
  const misplaced = elsewhere.get(name);
  const field = name.slice(0, LONGEST_NAME).toWellFormed();
  if (misplaced !== undefined) return { field, ...misplaced };
  const nearest = nearestName(field, known);
  const expected = nearest === undefined ? `one of ${known.join(", ")}` : `${nearest}, which is the nearest`;
  return { field, wrong: "is not a parameter", expected };
}

/** Undefined where more than half of it would have to be another. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const spelled = name.toLowerCase().replaceAll(/[\s-]+/g, "_");
  const [nearest] = known
    .map((one) => ({ one, far: distance(spelled, one) / Math.max(one.length, spelled.length) }))
    .filter(({ far }) => far <= 0.5)
    .sort((left, right) => left.far - right.far);
  return nearest?.one;
}
