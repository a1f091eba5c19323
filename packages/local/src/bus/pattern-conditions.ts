import { BlockList, isIP, isIPv4 } from "node:net";
import { InvalidEventPatternError } from "../errors.ts";

export type Scalar = string | number | boolean | null;

/** One item of a field's list: a value, or an operator such as `{ "prefix": "a" }`. */
export interface Condition {
  accepts(value: Scalar): boolean;
  readonly acceptsAbsence?: boolean;
}

type Operator = (operand: unknown) => Condition;

const OPERATORS: Readonly<Record<string, Operator>> = {
  "anything-but": anythingBut,
  cidr,
  "equals-ignore-case": (operand) => textual("equals-ignore-case", operand),
  exists,
  numeric,
  prefix: (operand) => affix("prefix", operand),
  suffix: (operand) => affix("suffix", operand),
  wildcard: (operand) => textual("wildcard", operand),
};

export function compileCondition(given: unknown): Condition {
  if (isScalar(given)) return { accepts: (value) => value === given };
  const [name, operand] = onlyEntry(given);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) throw new InvalidEventPatternError(`Unrecognized match type ${name}`);
  return operator(operand);
}

function onlyEntry(given: unknown): [string, unknown] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new InvalidEventPatternError("Match value must be String, number, true, false, or null");
  }
  const [entry, ...others] = Object.entries(given);
  if (!entry || others.length > 0) throw new InvalidEventPatternError("Only one key allowed in match expression");
  return entry;
}

type TextOperator = "equals-ignore-case" | "prefix" | "suffix" | "wildcard";

const TEXT_TESTS: Record<TextOperator, (operand: string) => (text: string) => boolean> = {
  "equals-ignore-case": (operand) => (text) => text.toLowerCase() === operand.toLowerCase(),
  prefix: (operand) => (text) => text.startsWith(operand),
  suffix: (operand) => (text) => text.endsWith(operand),
  wildcard: (operand) => {
    const expression = wildcardExpression(operand);
    return (text) => expression.test(text);
  },
};

function textual(operator: TextOperator, operand: unknown): Condition {
  if (typeof operand !== "string") throw new InvalidEventPatternError(`${operator} match pattern must be a string`);
  const test = TEXT_TESTS[operator](operand);
  return { accepts: (value) => typeof value === "string" && test(value) };
}

/** A prefix or suffix, or one whose case does not matter: `{ "prefix": { "equals-ignore-case": "a" } }`. */
function affix(operator: "prefix" | "suffix", operand: unknown): Condition {
  if (typeof operand === "string") return textual(operator, operand);
  const [name, text] = onlyEntry(operand);
  if (name !== "equals-ignore-case" || typeof text !== "string") {
    throw new InvalidEventPatternError(`${operator} match pattern must be a string or an equals-ignore-case of one`);
  }
  const test = TEXT_TESTS[operator](text.toLowerCase());
  return { accepts: (value) => typeof value === "string" && test(value.toLowerCase()) };
}

function wildcardExpression(operand: string): RegExp {
  const parts = operand.match(/\\[\s\S]?|\*+|[^\\*]+/g) ?? [];
  const source = parts.map((part) => {
    if (part.startsWith("**")) throw new InvalidEventPatternError("Consecutive wildcard characters are not allowed");
    if (part === "*") return "[\\s\\S]*";
    if (part === "\\*" || part === "\\\\") return part;
    if (part.startsWith("\\")) throw new InvalidEventPatternError("Invalid escape character in wildcard");
    return part.replace(/[.+?^${}()|[\]]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`);
}

function exists(operand: unknown): Condition {
  if (typeof operand !== "boolean")
    throw new InvalidEventPatternError("exists match pattern must be either true or false");
  return { accepts: () => operand, acceptsAbsence: !operand };
}

function cidr(operand: unknown): Condition {
  const [address = "", bits = "", ...rest] = typeof operand === "string" ? operand.split("/") : [];
  const width = isIPv4(address) ? 32 : 128;
  const malformed = isIP(address) === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) >= width;
  if (malformed) throw new InvalidEventPatternError(`Malformed CIDR ${String(operand)}`);
  const block = new BlockList();
  block.addSubnet(address, Number(bits), width === 32 ? "ipv4" : "ipv6");
  return {
    accepts: (value) =>
      typeof value === "string" && isIP(value) !== 0 && block.check(value, isIPv4(value) ? "ipv4" : "ipv6"),
  };
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `["=", 1]`, `[">", 0]`, or a range, its lower bound first: `[">", 0, "<=", 5]`. */
function numeric(operand: unknown): Condition {
  const terms: unknown[] = Array.isArray(operand) ? operand : [];
  if (terms.length !== 2 && terms.length !== 4) {
    throw new InvalidEventPatternError("A numeric match needs one or two comparisons");
  }
  const comparisons: { sign: string; bound: number; compare: (value: number, bound: number) => boolean }[] = [];
  for (let index = 0; index < terms.length; index += 2) {
    const [sign, bound] = [terms[index], terms[index + 1]];
    const compare = typeof sign === "string" ? COMPARISONS[sign] : undefined;
    if (!compare || typeof sign !== "string")
      throw new InvalidEventPatternError(`Unrecognized numeric range operator: ${sign}`);
    if (typeof bound !== "number") throw new InvalidEventPatternError("Value of a numeric operator must be a number");
    comparisons.push({ sign, bound, compare });
  }
  const [first, second] = comparisons;
  if (first && second) refuseImpossibleRange({ first, second });
  return {
    accepts: (value) => typeof value === "number" && comparisons.every(({ bound, compare }) => compare(value, bound)),
  };
}

function refuseImpossibleRange(range: Record<"first" | "second", { sign: string; bound: number }>): void {
  const { first, second } = range;
  if (!first.sign.startsWith(">") || !second.sign.startsWith("<")) {
    throw new InvalidEventPatternError("A numeric range needs its lower bound first, then its upper bound");
  }
  if (first.bound >= second.bound) throw new InvalidEventPatternError("Bottom must be less than top");
}

/** Needs the field to be there; of several values in it, one that is something else is enough. */
function anythingBut(operand: unknown): Condition {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const [name, values] = onlyEntry(operand);
    if (!Object.hasOwn(TEXT_TESTS, name))
      throw new InvalidEventPatternError(`Unsupported anything-but pattern: ${name}`);
    const refused = excludedValues(values).map((value) => textual(name as TextOperator, value));
    return { accepts: (value) => !refused.some((condition) => condition.accepts(value)) };
  }
  const excluded = excludedValues(operand);
  return { accepts: (value) => !excluded.some((other) => other === value) };
}

function excludedValues(operand: unknown): (string | number)[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const [first] = values;
  const sameKind = values.every((value) => typeof value === typeof first);
  if (!sameKind || (typeof first !== "string" && typeof first !== "number")) {
    throw new InvalidEventPatternError("Inside anything-but, values must be either all strings or all numbers");
  }
  return values as (string | number)[];
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
