import { AsyncLocalStorage } from "node:async_hooks";
import { ComponentNameError, LocalError } from "../errors.ts";
import type {
  ApiDeclaration,
  BusDeclaration,
  FunctionDeclaration,
  MappingDeclaration,
  QueueDeclaration,
  RawDeclaration,
  RuleDeclaration,
  TableDeclaration,
} from "./declarations.ts";

/** What a link gives: what `Resource.<Name>` will hold, and what else comes with it, as permissions. */
export interface LinkDefinition {
  properties: object;
  include?: readonly object[];
}

/** A component that functions can be linked to: its name, SST's type, and what a link to it gives. */
export interface Linkable {
  readonly linkName: string;
  readonly linkType: string;
  getSSTLink(): LinkDefinition;
}

export function isLinkable(value: unknown): value is Linkable {
  return typeof value === "object" && value !== null && "getSSTLink" in value && "linkName" in value;
}

/** What the stacks of one evaluation have declared, in the order in which they did. */
export class Program {
  readonly stage: string;
  readonly endpoints: { sqs: string; eventBridge: string; dynamoDb: string };
  readonly queues: QueueDeclaration[] = [];
  readonly tables: TableDeclaration[] = [];
  readonly buses: BusDeclaration[] = [];
  readonly rules: RuleDeclaration[] = [];
  readonly mappings: MappingDeclaration[] = [];
  readonly functions: FunctionDeclaration[] = [];
  readonly apis: ApiDeclaration[] = [];
  readonly raw: RawDeclaration[] = [];
  readonly linkables = new Map<string, Linkable>();
  /** What links to components of a class give instead of what the component says (`sst.Linkable.wrap`). */
  readonly wrapped = new Map<unknown, (linkable: never) => LinkDefinition>();
  /** What `$transform` has registered, by the type of the resource. */
  readonly transforms: { type: string; transform: (args: object, opts: object, name: string) => void }[] = [];
  readonly #names = new Set<string>();
  readonly #secrets: (args: { name: string; placeholder: string | undefined }) => string;
  app = { name: "", region: "us-east-1" };

  constructor(args: {
    stage: string;
    endpoints: { sqs: string; eventBridge: string; dynamoDb: string };
    secrets: (args: { name: string; placeholder: string | undefined }) => string;
  }) {
    this.stage = args.stage;
    this.endpoints = args.endpoints;
    this.#secrets = args.secrets;
  }

  /** SST's own rules for names: unique whatever the case, no spaces, and "App" is taken. */
  claim({ name, type }: { name: string; type: string }): void {
    if (name.includes(" ")) {
      throw new ComponentNameError(
        `Invalid component name "${name}" (${type}). Component names cannot contain spaces.`,
      );
    }
    if (name.toLowerCase() === "app") {
      throw new ComponentNameError(
        `Component name "${name}" is reserved. Please choose a different name for your "${type}" component.`,
      );
    }
    if (this.#names.has(name.toLowerCase())) throw new ComponentNameError(`Component name ${name} is not unique.`);
    this.#names.add(name.toLowerCase());
  }

  register(linkable: Linkable): void {
    this.linkables.set(linkable.linkName, linkable);
  }

  link(linkable: Linkable): LinkDefinition {
    const wrapped = this.wrapped.get(linkable.constructor);
    return wrapped ? wrapped(linkable as never) : linkable.getSSTLink();
  }

  physicalName(name: string): string {
    return `${this.app.name}-${this.stage}-${name}`;
  }

  arn({ service, resource }: { service: string; resource: string }): string {
    return `arn:aws:${service}:${this.app.region}:${ACCOUNT_ID}:${resource}`;
  }

  secret(args: { name: string; placeholder: string | undefined }): string {
    return this.#secrets(args);
  }
}

export const ACCOUNT_ID = "000000000000";

/** A failure of something that is resolved later must not end the process before start-up gets to it. */
export function heldUntilStart<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

const evaluation = new AsyncLocalStorage<Program>();

/** Components find the run they belong to this way, so that several runs in one process do not mix. */
export function currentProgram(): Program {
  const program = evaluation.getStore();
  if (!program) throw new LocalError("Components can only be created inside run() of sst.config.ts.");
  return program;
}

export function withProgram<T>({ program, run }: { program: Program; run: () => T }): T {
  return evaluation.run(program, run);
}
