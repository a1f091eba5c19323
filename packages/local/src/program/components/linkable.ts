import { checkArguments } from "../arguments.ts";
import { type Output, output } from "../output.ts";
import { currentProgram, type LinkDefinition } from "../program.ts";

export interface LinkableDefinition<T> {
  properties: T;
  include?: readonly object[];
}

export class Linkable<T extends object> {
  readonly linkName: string;
  readonly linkType = "sst.sst.Linkable";
  readonly name: Output<string>;
  readonly properties: T;
  readonly #include: readonly object[];

  /** From here on, links to components of this class give what `define` says. */
  static wrap<Resource>(cls: new (...args: never[]) => Resource, define: (resource: Resource) => LinkDefinition): void {
    currentProgram().wrapped.set(cls, define as (resource: never) => LinkDefinition);
  }

  constructor(name: string, definition: LinkableDefinition<T>) {
    checkArguments({
      component: `sst.Linkable "${name}"`,
      given: definition,
      supported: ["properties", "include"],
    });
    const program = currentProgram();
    program.claim({ name, type: this.linkType });
    this.linkName = name;
    this.name = output(name);
    this.properties = definition.properties;
    this.#include = definition.include ?? [];
    program.register(this);
  }

  getSSTLink() {
    return { properties: this.properties, include: this.#include };
  }
}
