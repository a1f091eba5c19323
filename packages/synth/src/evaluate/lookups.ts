import { UnknownCallError } from "../errors.ts";

interface Statement {
  sid?: string;
  effect?: string;
  actions?: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

/** What SST's components ask AWS, or the provider itself, while a program is evaluated. */
export function lookUp(args: {
  token: string;
  inputs: Record<string, unknown>;
  region: string;
  accountId: string;
}): Record<string, unknown> {
  const { token, inputs, region, accountId } = args;
  switch (token) {
    case "aws:index/getRegion:getRegion":
      return { region, name: region, id: region };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", id: "aws" };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId, id: accountId, arn: `arn:aws:iam::${accountId}:root` };
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return { ...inputs, json: policyDocument((inputs.statements ?? []) as Statement[]) };
    default:
      throw new UnknownCallError(token);
  }
}

/** The provider's own words for a statement, as IAM has them. */
function policyDocument(statements: readonly Statement[]): string {
  const Statement = statements.map(({ sid, effect = "Allow", actions, resources, principals, conditions }) => ({
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    ...(principals !== undefined && {
      Principal: Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    }),
    Action: actions,
    Resource: resources,
    ...(conditions !== undefined && { Condition: conditionsOf(conditions) }),
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

function conditionsOf(conditions: NonNullable<Statement["conditions"]>) {
  const tests = Object.groupBy(conditions, ({ test }) => test);
  return Object.fromEntries(
    Object.entries(tests).map(([test, of = []]) => [
      test,
      Object.fromEntries(of.map(({ variable, values }) => [variable, values])),
    ]),
  );
}
