import { InvalidEventPatternError } from "../errors.ts";
import { type Condition, compileCondition, type Scalar } from "./pattern-conditions.ts";

/** An event pattern as EventBridge reads it: every field must meet one of its conditions, every `$or` one of its branches. */
export interface EventPattern {
  readonly fields: ReadonlyMap<string, EventPattern | readonly Condition[]>;
  readonly alternatives: readonly EventPattern[];
}

/** Throws `InvalidEventPatternError` for what PutRule would refuse. */
export function compilePattern(pattern: unknown): EventPattern {
  if (!isObject(pattern)) throw new InvalidEventPatternError("Filter is not an object");
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidEventPatternError("Empty objects are not allowed");
  const fields = new Map<string, EventPattern | readonly Condition[]>();
  let alternatives: EventPattern[] = [];
  for (const [name, value] of entries) {
    if (name === "$or") alternatives = compileAlternatives(value);
    else fields.set(name, isObject(value) ? compilePattern(value) : compileConditions({ name, value }));
  }
  return { fields, alternatives };
}

export function parsePattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw new InvalidEventPatternError("Filter is not valid JSON");
  }
  return compilePattern(pattern);
}

function compileAlternatives(value: unknown): EventPattern[] {
  if (!Array.isArray(value) || value.length < 2) {
    throw new InvalidEventPatternError("There must be at least 2 Objects in $or relationship");
  }
  return value.map(compilePattern);
}

function compileConditions({ name, value }: { name: string; value: unknown }): Condition[] {
  if (!Array.isArray(value)) throw new InvalidEventPatternError(`"${name}" must be an object or an array`);
  if (value.length === 0) throw new InvalidEventPatternError("Empty arrays are not allowed");
  return value.map(compileCondition);
}

export function matches({ pattern, event }: { pattern: EventPattern; event: unknown }): boolean {
  const present = new Set<string>();
  collectLeaves({ value: event, path: "", into: present });
  return matchesObject({ pattern, value: event, path: "", present });
}

interface Step {
  value: unknown;
  path: string;
  /** Paths at which the event holds a scalar: what exists, for EventBridge. */
  present: ReadonlySet<string>;
}

/** In a list of objects, all the fields of one pattern must be met by the same object. */
function matchesObject({ pattern, value, path, present }: Step & { pattern: EventPattern }): boolean {
  const candidates = objectsIn(value);
  const meets = (candidate: Record<string, unknown>) =>
    [...pattern.fields].every(([name, expected]) =>
      matchesField({ expected, value: ownProperty({ of: candidate, name }), path: `${path}.${name}`, present }),
    ) &&
    (pattern.alternatives.length === 0 ||
      pattern.alternatives.some((branch) => matchesObject({ pattern: branch, value: candidate, path, present })));
  return candidates.length === 0 ? meets({}) : candidates.some(meets);
}

function matchesField(step: Step & { expected: EventPattern | readonly Condition[] }): boolean {
  const { expected, value, path, present } = step;
  if (!isConditions(expected)) return matchesObject({ pattern: expected, value, path, present });
  if (!present.has(path)) return expected.some((condition) => condition.acceptsAbsence);
  return scalarsIn(value).some((scalar) => expected.some((condition) => condition.accepts(scalar)));
}

function collectLeaves({ value, path, into }: { value: unknown; path: string; into: Set<string> }): void {
  if (scalarsIn(value).length > 0) into.add(path);
  for (const object of objectsIn(value)) {
    for (const [name, item] of Object.entries(object)) collectLeaves({ value: item, path: `${path}.${name}`, into });
  }
}

function scalarsIn(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(scalarsIn);
  return value === null || ["string", "number", "boolean"].includes(typeof value) ? [value as Scalar] : [];
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value] : [];
}

function ownProperty({ of, name }: { of: Record<string, unknown>; name: string }): unknown {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

function isConditions(expected: EventPattern | readonly Condition[]): expected is readonly Condition[] {
  return Array.isArray(expected);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
