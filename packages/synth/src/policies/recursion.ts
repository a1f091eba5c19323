import { type Cloud, type CloudFunction, listOf } from "../cloud.ts";
import { resourcesOf } from "../graph.ts";
import type { Policy } from "./policy.ts";

/** What follows from one, and from what follows, and so on; one itself only where it follows from itself. */
function allAfter<Node>(one: Node, next: (node: Node) => readonly Node[]): ReadonlySet<Node> {
  const reached = new Set<Node>();
  const left = [one];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    for (const other of next(node).filter((each) => !reached.has(each))) {
      reached.add(other);
      left.push(other);
    }
  }
  return reached;
}

/** The functions that take what this one may send, from its queue or from the dead letters. */
function receiversOf({ statements }: CloudFunction, { queues, mappings }: Cloud): readonly CloudFunction[] {
  const sentTo = statements
    .filter(({ Effect, Action }) => Effect === "Allow" && listOf(Action).includes("sqs:SendMessage"))
    .flatMap(({ Resource }) => listOf(Resource));
  const deadLettersOf = (arn: string) => listOf(queues.find((queue) => queue.arn === arn)?.redrive?.deadLetterArn);
  const arns = sentTo.flatMap((arn) => [arn, ...allAfter(arn, deadLettersOf)]);
  return mappings.flatMap(({ queue, function: fn }) => (fn && arns.includes(queue?.arn ?? "") ? [fn] : []));
}

function isAllowed({ physicalName }: CloudFunction, { graph }: Cloud): boolean {
  return resourcesOf(graph, "aws:lambda/functionRecursionConfig:FunctionRecursionConfig").some(
    ({ inputs }) => inputs.functionName === physicalName && inputs.recursiveLoop === "Allow",
  );
}

export const recursionPolicies: readonly Policy[] = [
  {
    // Loops over the bus are none that Lambda is known to look for; ours publish nothing that leads back to them.
    name: "a function that may send into a queue from which it is invoked is allowed to recurse, and no other is",
    violations: (cloud) =>
      cloud.functions.flatMap((fn) => {
        const recurses = allAfter(fn, (one) => receiversOf(one, cloud)).has(fn);
        if (recurses === isAllowed(fn, cloud)) return [];
        return recurses
          ? [`${fn.name} would be refused its 17th invocation in a chain`]
          : [`${fn.name} is allowed to recurse, and does not`];
      }),
  },
];
