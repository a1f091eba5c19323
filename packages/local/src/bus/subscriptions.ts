import {
  DeleteRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-eventbridge";
import { LocalError } from "../errors.ts";
import type { RuleDeclaration } from "../program/declarations.ts";
import { ignoring } from "../promises.ts";

interface Subscriptions {
  rules: readonly RuleDeclaration[];
  client: EventBridgeClient;
}

/** Puts rules with their targets on buses by EventBridge's API: whose bus it is makes no difference. */
export async function putRules({ rules, client }: Subscriptions): Promise<void> {
  await Promise.all(rules.map((rule) => putRule({ rule, client })));
}

async function putRule({ rule, client }: { rule: RuleDeclaration; client: EventBridgeClient }): Promise<void> {
  const { busName: EventBusName, enabled, pattern, target } = await rule.settings;
  const State = enabled ? "ENABLED" : "DISABLED";
  const EventPattern = JSON.stringify(pattern);
  await client.send(new PutRuleCommand({ Name: rule.physicalName, EventBusName, EventPattern, State }));
  const Target = {
    Id: rule.name,
    Arn: target.arn,
    ...(target.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    ...(target.retryPolicy && {
      RetryPolicy: {
        MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
        MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
      },
    }),
  };
  const { FailedEntryCount } = await client.send(
    new PutTargetsCommand({ Rule: rule.physicalName, EventBusName, Targets: [Target] }),
  );
  if (FailedEntryCount) throw new LocalError(`The bus "${EventBusName}" did not take the target of "${rule.name}".`);
}

export async function removeRules({ rules, client }: Subscriptions): Promise<void> {
  await Promise.all(rules.map((rule) => removeRule({ rule, client }).catch(ignoring(ResourceNotFoundException))));
}

async function removeRule({ rule, client }: { rule: RuleDeclaration; client: EventBridgeClient }): Promise<void> {
  const { busName: EventBusName } = await rule.settings;
  await client.send(new RemoveTargetsCommand({ Rule: rule.physicalName, EventBusName, Ids: [rule.name] }));
  await client.send(new DeleteRuleCommand({ Name: rule.physicalName, EventBusName }));
}
