// What SST declares for sst.config.ts and the stacks, limited to what has a meaning in a local run: a stack that
// type-checks against this also runs here.
import type { getPolicyDocumentOutput, RawResourceConstructor, transformRaw } from "./components/raw.ts";
import type { sst as components } from "./components/sst.ts";
import type { App, AppInput, Config } from "./config.ts";
import type * as outputs from "./output.ts";

type RawService<Resource extends string> = { readonly [Name in Resource]: RawResourceConstructor };

declare global {
  const $config: (config: Config) => Config;
  const $app: { readonly name: string; readonly stage: string };
  const $dev: false;
  const $interpolate: typeof outputs.interpolate;
  const $jsonStringify: typeof outputs.jsonStringify;
  const $concat: typeof outputs.concat;
  const $output: typeof outputs.output;
  const $resolve: typeof outputs.output;
  const $transform: typeof transformRaw;
  const sst: typeof components;
  const aws: {
    readonly getRegionOutput: () => outputs.Output<{ region: string; name: string; id: string }>;
    readonly getCallerIdentityOutput: () => outputs.Output<{ accountId: string }>;
    readonly getPartitionOutput: () => outputs.Output<{ partition: string }>;
    readonly apigatewayv2: RawService<"Api" | "DomainName">;
    readonly cloudwatch: RawService<
      "CompositeAlarm" | "Dashboard" | "EventArchive" | "EventBus" | "LogGroup" | "LogMetricFilter" | "MetricAlarm"
    >;
    readonly dynamodb: RawService<"Table">;
    readonly iam: RawService<"Policy" | "Role" | "RolePolicy"> & {
      readonly getPolicyDocumentOutput: typeof getPolicyDocumentOutput;
    };
    readonly kms: RawService<"Alias" | "Key">;
    readonly lambda: RawService<"Function" | "FunctionRecursionConfig" | "FunctionUrl">;
    readonly sns: RawService<"Topic" | "TopicPolicy" | "TopicSubscription">;
    readonly sqs: RawService<"Queue" | "QueuePolicy" | "RedriveAllowPolicy">;
  };
}

export type { App, AppInput };
