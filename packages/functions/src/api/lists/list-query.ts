import { acceptedAt, BEHIND_ALL, placeBefore } from "@promptcall/core/call/application-list";
import { type Position, readPosition } from "@promptcall/core/call/walk";
import type { Keys } from "@promptcall/core/security/keys";
import { placeIn } from "@promptcall/core/security/list-cursor";
import * as z from "zod/mini";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { type Fields, givenOf } from "../acceptance/parameters.ts";
import { invalidRequest } from "../acceptance/refuse-fields.ts";

/** How many items of a page there are unless it is said, and at the most. */
export const PAGE = { usual: 25, most: 100 };

/** Times of acceptance: from the first on, and before the second. */
export interface Window {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** A list as it is asked for. */
export interface Asked<Filter extends string> {
  readonly limit: number;
  readonly window: Window;
  /** What is wanted of each field; anything of those that are left out. */
  readonly filters: Partial<Record<Filter, ReadonlySet<string>>>;
  readonly from: Position;
  /** What a cursor of this list is bound to. */
  readonly scope: { readonly applicationId: string; readonly list: string; readonly filters: string };
}

const TimeSchema = z.iso.datetime({ offset: true });

/** So many values are looked for in one field. */
export const MOST_VALUES = 50;

/** Reads a list's parameters, as they are in the query or in a body. */
export function listQuery<Filter extends string>(
  fields: Fields,
  { list, words, keys, applicationId }: { list: string; words: Words<Filter>; keys: Keys; applicationId: string },
): Asked<Filter> | { problem: Problem } {
  const names = Object.keys(words) as Filter[];
  const known = new Set<string>([...names, "since", "until", "limit", "cursor"]);
  const { given, errors: unknown } = givenOf(joined(fields), { names: known, elsewhere: new Map() });
  const errors: FieldError[] = [...unknown];
  const filters: Partial<Record<Filter, ReadonlySet<string>>> = {};
  for (const name of names) {
    const value = given[name];
    if (value === undefined) continue;
    const wanted = typeof value === "string" ? valuesOf(value) : [];
    if (typeof value !== "string") errors.push({ field: name, ...mustBe("a value, or a list of values") });
    if (wanted.length > MOST_VALUES) errors.push({ field: name, ...mustBe(`one value, or up to ${MOST_VALUES}`) });
    const [wrong] = wanted.filter((value) => !words[name].includes(value));
    if (words[name].length > 0 && wrong !== undefined)
      errors.push({ field: name, ...mustBe(`of ${words[name].join(", ")}`) });
    filters[name] = new Set(wanted);
  }
  const window = { since: timeOf(given.since), until: timeOf(given.until) };
  for (const name of ["since", "until"] as const)
    if (given[name] !== undefined && window[name] === undefined)
      errors.push({ field: name, ...mustBe("one time in ISO 8601, as 2026-01-31T12:00:00Z") });
  const limit = limitOf(given.limit);
  if (limit === undefined) errors.push({ field: "limit", ...mustBe(`a number from 1 to ${PAGE.most}`) });
  const { limit: _limit, cursor: _cursor, ...bound } = given;
  const scope = { applicationId, list, filters: JSON.stringify(Object.entries(bound).sort()) };
  const from = placeOfCursor(given.cursor, { window, scope, keys });
  if (from === undefined) errors.push({ field: "cursor", ...mustBe("the next_cursor of the same list and filters") });
  if (errors.length > 0 || limit === undefined || from === undefined) return { problem: invalidRequest(errors) };
  return { limit, window, filters, from, scope };
}

/** By filter, the words that there are; none where it may be any text. */
export type Words<Filter extends string> = Readonly<Record<Filter, readonly string[]>>;

export function queryOf({ url: { searchParams } }: HttpRequest): Fields {
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
}

/** A list of values is the same as these with commas between them, and a number in JSON as one in a query. */
function joined(fields: Fields): Fields {
  const isValue = (value: unknown) => typeof value === "string" || typeof value === "number";
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const all = Array.isArray(value) ? value : [value];
      return [name, all.every(isValue) ? all.join(",") : value];
    }),
  );
}

function valuesOf(given: string): readonly string[] {
  const values = given.split(",").map((value) => value.trim());
  return values.filter(Boolean);
}

function timeOf(given: unknown): string | undefined {
  const { data } = TimeSchema.safeParse(given);
  return data === undefined ? undefined : new Date(data).toISOString();
}

function limitOf(given: unknown): number | undefined {
  if (given === undefined) return PAGE.usual;
  const limit = typeof given === "string" && /^\d{1,4}$/.test(given) ? Number(given) : 0;
  return limit >= 1 && limit <= PAGE.most ? limit : undefined;
}

function placeOfCursor(
  cursor: unknown,
  { window, scope, keys }: Pick<Asked<never>, "window" | "scope"> & { keys: Keys },
): Position | undefined {
  if (cursor === undefined) return { place: window.until === undefined ? BEHIND_ALL : placeBefore(window.until) };
  const written = typeof cursor === "string" ? placeIn({ scope, cursor, keys }) : undefined;
  return written === undefined ? undefined : readPosition(written);
}

/** Whether that place is not too old for what is asked for. */
export function isSince({ since }: Window): (place: string) => boolean {
  return (place) => since === undefined || acceptedAt(place).acceptedAt >= since;
}
