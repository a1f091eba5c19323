import { UnsupportedComponentError } from "../../errors.ts";
import type { ResourceOptions } from "../arguments.ts";
import { type Input, type Output, output, resolveInput } from "../output.ts";
import { ACCOUNT_ID, currentProgram, heldUntilStart } from "../program.ts";

/** The properties of a raw resource; each is a placeholder. */
export interface RawResource {
  readonly arn: Output<string>;
  readonly id: Output<string>;
  readonly name: Output<string>;
}

export type RawResourceConstructor = (new (
  name: string,
  args?: object,
  opts?: object,
) => RawResource) & { readonly rawType: string };

/** `$transform`: changes the arguments of every resource of this type that is created from here on. */
export function transformRaw<Args extends object = Record<string, unknown>>(
  resource: RawResourceConstructor,
  transform: (args: Args, opts: ResourceOptions, name: string) => void,
): void {
  const { transforms } = currentProgram();
  transforms.push({
    type: resource.rawType,
    transform: transform as (args: object, opts: object, name: string) => void,
  });
}

/**
 * Raw `aws.*` resources say how AWS watches or guards what runs (alarms, policies). They are kept in the graph, so that
 * it can be compared with a real synthesis, and do nothing else here, but for `recursion-config.ts`.
 */
function rawResource(type: string): RawResourceConstructor {
  return class implements RawResource {
    static readonly rawType = type;
    readonly arn: Output<string>;
    readonly id: Output<string>;
    readonly name: Output<string>;

    constructor(name: string, args: object = {}) {
      const program = currentProgram();
      program.claim({ name: `${type}:${name}`, type });
      const transformed = { ...args };
      for (const { transform } of program.transforms.filter((of) => of.type === type)) transform(transformed, {}, name);
      program.raw.push({ type, name, args: heldUntilStart(resolveInput<unknown>(transformed)) });
      this.arn = output(`arn:aws:local:${program.app.region}:${ACCOUNT_ID}:${type}/${name}`);
      this.id = output(program.physicalName(name));
      this.name = output(program.physicalName(name));
    }
  };
}

const LOOKUPS: Record<string, () => Output<Record<string, string>>> = {
  "aws.getRegionOutput": () => {
    const { region } = currentProgram().app;
    return output({ region, name: region, id: region });
  },
  "aws.getCallerIdentityOutput": () => output({ accountId: ACCOUNT_ID }),
  "aws.getPartitionOutput": () => output({ partition: "aws" }),
};

export function getPolicyDocumentOutput(args: Input<object>) {
  return { json: output(args).apply((document) => JSON.stringify(document)) };
}

/** `aws.service.Resource`, whatever the service: a class when it looks like one, else a lookup this package knows. */
export function rawNamespace(path = "aws"): object {
  return new Proxy(
    {},
    {
      get(_target, property) {
        if (typeof property !== "string") return undefined;
        const type = `${path}.${property}`;
        if (type === "aws.iam.getPolicyDocumentOutput") return getPolicyDocumentOutput;
        if (LOOKUPS[type]) return LOOKUPS[type];
        if (/^[A-Z]/.test(property)) return rawResource(type);
        if (/^get[A-Z]/.test(property)) throw new UnsupportedComponentError({ component: type });
        return rawNamespace(type);
      },
    },
  );
}
