import { InvalidArgumentError } from "../errors.ts";
import type { Program } from "../program/program.ts";

/**
 * The functions, by the component's name, that may be invoked in a chain as often as they like: those with an
 * `aws.lambda.FunctionRecursionConfig` that says so
 * (https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html).
 */
export async function recursiveFunctions({ raw, functions }: Program): Promise<ReadonlySet<string>> {
  const recursive = new Set<string>();
  for (const { name, args } of raw.filter(({ type }) => type === "aws.lambda.FunctionRecursionConfig")) {
    const { functionName, recursiveLoop } = (await args) as { functionName?: unknown; recursiveLoop?: unknown };
    const component = `aws.lambda.FunctionRecursionConfig "${name}"`;
    const fn = functions.find(({ physicalName, arn }) => functionName === physicalName || functionName === arn);
    if (fn === undefined) {
      throw new InvalidArgumentError({ component, reason: `there is no function ${String(functionName)}.` });
    }
    if (recursiveLoop !== "Allow" && recursiveLoop !== "Terminate") {
      throw new InvalidArgumentError({ component, reason: 'recursiveLoop must be "Allow" or "Terminate".' });
    }
    if (recursiveLoop === "Allow") recursive.add(fn.name);
  }
  return recursive;
}
