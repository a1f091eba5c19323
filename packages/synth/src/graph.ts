/** Everything a deployment of one stage would create, as sorted plain data that is the same on every machine. */
export interface Graph {
  app: { name: string; stage: string; region: string; removal: string; protect: boolean };
  resources: readonly Resource[];
  functions: readonly BuiltFunction[];
  outputs: Record<string, unknown>;
}

export interface Resource extends Registration {
  /** Pulumi's type, as "aws:sqs/queue:Queue", or SST's, as "sst:aws:Queue". */
  type: string;
  name: string;
  /** Under which others refer to it, where AWS gives it one. */
  arn?: string;
  inputs: Readonly<Record<string, unknown>>;
  /** There already, and only referred to. */
  isLookedUp: boolean;
}

/** What a program asks of Pulumi itself for one resource. */
export interface Registration {
  /** Under which Pulumi keeps it, without what is the same for all: the types of its parents, its own, and its name. */
  urn: string;
  /** Others under which it is found, those that follow from its parents' among them. */
  aliases: readonly string[];
  /** Name of the component that made it. */
  parent?: string;
  /** Neither deleted nor replaced: a deployment that would is refused. */
  protected: boolean;
  /** Kept in AWS when it, or the whole stage, is removed. */
  retained: boolean;
}

/** What would be uploaded for one function. */
export interface BuiltFunction {
  name: string;
  handler: string;
  links: readonly string[];
  /** All of it, and what a cold start loads of it. */
  bundleBytes: number;
  loadedBytes: number;
}

export function resourcesOf(graph: Graph, type: string): Resource[] {
  return graph.resources.filter((resource) => resource.type === type);
}
