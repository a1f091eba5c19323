import { checkArguments } from "../arguments.ts";
import { type Output, output } from "../output.ts";
import { currentProgram } from "../program.ts";

export interface LinkableDefinition<T> {
  properties: T;
  include?: readonly object[];
}

export class Linkable<T extends object> {
  readonly linkName: string;
  readonly linkType = "sst.sst.Linkable";
  readonly name: Output<string>;
  readonly properties: T;

  constructor(name: string, definition: LinkableDefinition<T>) {
    checkArguments({
      component: `sst.Linkable "${name}"`,
      given: definition,
      supported: ["properties"],
      withoutEffect: { include: "what a link includes is IAM permissions, which are not imitated" },
    });
    const program = currentProgram();
    program.claim({ name, type: this.linkType });
    this.linkName = name;
    this.name = output(name);
    this.properties = definition.properties;
    program.register(this);
  }

  getSSTLink(): { properties: T } {
    return { properties: this.properties };
  }
}
