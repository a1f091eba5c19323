import { type Output, output } from "../output.ts";
import { currentProgram } from "../program.ts";

export class Secret {
  readonly linkName: string;
  readonly linkType = "sst.sst.Secret";
  readonly name: Output<string>;
  readonly value: Output<string>;

  constructor(name: string, placeholder?: string) {
    const program = currentProgram();
    program.claim({ name, type: this.linkType });
    this.linkName = name;
    this.name = output(name);
    this.value = output(program.secret({ name, placeholder }));
    program.register(this);
  }

  getSSTLink() {
    return { properties: { value: this.value } };
  }
}
