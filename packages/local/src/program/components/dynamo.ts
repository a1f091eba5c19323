import { InvalidArgumentError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { applyTransform, checkArguments, type Transform } from "../arguments.ts";
import type { TableSettings } from "../declarations.ts";
import { type Input, type Output, output, resolveInput } from "../output.ts";
import { currentProgram, heldUntilStart } from "../program.ts";
import type { Throughput } from "../table-throughput.ts";
import { permission } from "./permission.ts";

type Projection = "all" | "keys-only" | Input<string>[];

export interface DynamoArgs {
  fields: Input<Record<string, "string" | "number" | "binary">>;
  primaryIndex: Input<{ hashKey: Input<string>; rangeKey?: Input<string> }>;
  globalIndexes?: Input<
    Record<string, Input<{ hashKey: Input<string>; rangeKey?: Input<string>; projection?: Input<Projection> }>>
  >;
  ttl?: Input<string>;
  deletionProtection?: Input<boolean>;
  transform?: { table?: Transform<TableResourceArgs> };
}

/** The subset of Pulumi's `aws.dynamodb.TableArgs` that has a meaning here. */
export interface TableResourceArgs {
  warmThroughput?: Input<{ readUnitsPerSecond?: Input<number>; writeUnitsPerSecond?: Input<number> }>;
}

export class Dynamo {
  readonly linkName: string;
  readonly linkType = "sst.aws.Dynamo";
  readonly arn: Output<string>;
  readonly name: Output<string>;

  constructor(name: string, args: DynamoArgs) {
    const component = `sst.aws.Dynamo "${name}"`;
    checkArguments({
      component,
      given: args,
      supported: ["fields", "primaryIndex", "globalIndexes", "ttl", "transform"],
      withoutEffect: { deletionProtection: "the table is gone when the run ends" },
    });
    const program = currentProgram();
    program.claim({ name, type: this.linkType });
    const physicalName = program.physicalName(name);
    this.linkName = name;
    this.name = output(physicalName);
    this.arn = output(program.arn({ service: "dynamodb", resource: `table/${physicalName}` }));
    program.tables.push({ name, physicalName, settings: heldUntilStart(tableSettings({ component, args })) });
    program.register(this);
  }

  get nodes() {
    return { table: { arn: this.arn, name: this.name } };
  }

  getSSTLink() {
    const include = [permission({ actions: ["dynamodb:*"], resources: [this.arn] })];
    return { properties: { name: this.name }, include };
  }
}

interface ResolvedIndex {
  hashKey: string;
  rangeKey?: string;
  projection?: "all" | "keys-only" | string[];
}

async function tableSettings(given: { component: string; args: DynamoArgs }): Promise<TableSettings> {
  const { component, args } = given;
  const primaryIndex = (await resolveInput<unknown>(args.primaryIndex)) as ResolvedIndex;
  checkArguments({ component, given: primaryIndex, supported: ["hashKey", "rangeKey"], prefix: "primaryIndex" });
  const indexes = (await resolveInput<unknown>(args.globalIndexes ?? {})) as Record<string, ResolvedIndex>;
  return {
    fields: await resolveInput(args.fields),
    primaryIndex,
    globalIndexes: Object.entries(indexes).map(([name, index]) => {
      const prefix = `globalIndexes.${name}`;
      checkArguments({ component, given: index, supported: ["hashKey", "rangeKey", "projection"], prefix });
      return { name, hashKey: index.hashKey, rangeKey: index.rangeKey, projection: index.projection ?? "all" };
    }),
    ttl: await resolveInput(args.ttl),
    warmThroughput: await warmThroughput(given),
  };
}

/** The provider refuses less than a new table has anyway. */
async function warmThroughput({ component, args }: { component: string; args: DynamoArgs }) {
  checkArguments({ component, given: args.transform, supported: ["table"], prefix: "transform" });
  const resource = applyTransform<TableResourceArgs>({ transform: args.transform?.table, name: component, args: {} });
  checkArguments({ component, given: resource, supported: ["warmThroughput"], prefix: "transform.table" });
  const declared = await resolveInput(resource.warmThroughput);
  if (declared === undefined) return undefined;
  const least = LIMITS.dynamoDb.warmThroughput;
  const warm: Throughput = {
    readUnitsPerSecond: (await resolveInput(declared.readUnitsPerSecond)) ?? least.readUnitsPerSecond,
    writeUnitsPerSecond: (await resolveInput(declared.writeUnitsPerSecond)) ?? least.writeUnitsPerSecond,
  };
  for (const unit of ["readUnitsPerSecond", "writeUnitsPerSecond"] as const) {
    if (warm[unit] < least[unit])
      throw new InvalidArgumentError({ component, reason: `warmThroughput.${unit} must be ${least[unit]} or more.` });
  }
  return warm;
}
