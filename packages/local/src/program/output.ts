/**
 * A value that is known only once the run has started, as in Pulumi: stacks may carry it about and derive others from
 * it, but not look inside while they are being evaluated.
 */
export class Output<T> {
  readonly #value: Promise<T>;

  constructor(value: Promise<T>) {
    this.#value = value;
    // The failure reaches whoever awaits this output; an unused output must not end the process.
    value.catch(() => undefined);
  }

  apply<U>(derive: (value: T) => Input<U>): Output<U> {
    return new Output(this.#value.then(derive).then(resolveInput));
  }

  /** For this package only: stacks use `apply`. */
  resolved(): Promise<T> {
    return this.#value;
  }

  toString(): string {
    throw new TypeError(
      "Calling toString on an Output<T> is not supported: its value is not known yet. Use $interpolate or .apply().",
    );
  }

  toJSON(): string {
    return this.toString();
  }
}

export type Input<T> = T | Promise<T> | Output<T>;

/** Records, lists and outputs all the way down, with what they hold. */
export type Resolved<T> =
  T extends Output<infer U>
    ? Resolved<U>
    : T extends Promise<infer U>
      ? Resolved<U>
      : T extends readonly (infer U)[]
        ? Resolved<U>[]
        : T;

export function output<T>(input: Input<T>): Output<T> {
  return input instanceof Output ? input : new Output(resolveInput(input));
}

/** An output whose value is set later. */
export function deferred<T>(): { output: Output<T>; resolve: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { output: new Output(promise), resolve };
}

/** Replaces every output inside plain lists and records; instances (components, dates) are left alone. */
export async function resolveInput<T>(input: Input<T>): Promise<T> {
  const value: unknown = input instanceof Output ? await input.resolved() : await input;
  return (await resolveNested(value)) as T;
}

async function resolveNested(value: unknown): Promise<unknown> {
  if (value instanceof Output) return resolveInput(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolveInput<unknown>(item)));
  if (!isPlainRecord(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await resolveInput<unknown>(item)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

export function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function interpolate(strings: TemplateStringsArray, ...values: Input<unknown>[]): Output<string> {
  return output(Promise.all(values.map((value) => resolveInput(value)))).apply((parts) =>
    String.raw({ raw: strings }, ...parts),
  );
}

export function jsonStringify(value: unknown): Output<string> {
  return output(value).apply((resolved) => JSON.stringify(resolved));
}

export function concat(...values: Input<unknown>[]): Output<string> {
  return output(Promise.all(values.map((value) => resolveInput(value)))).apply((parts) => parts.join(""));
}
