import { add, type CounterExample, change, FUNCTION, remove, resource } from "./breaking.ts";

const RECURSION = "aws:lambda/functionRecursionConfig:FunctionRecursionConfig";
const policy = "a function that may send into a queue from which it is invoked is allowed to recurse, and no other is";

export const counterExamplesOfRecursion: readonly CounterExample[] = [
  {
    breaks: "a dialer that Lambda stops after sixteen steps of a batch",
    policy,
    breakIt: (graph) => remove({ graph, type: RECURSION, name: "DialRecursion" }),
    says: /^DialQueueSubscriber\w+ would be refused its 17th invocation in a chain$/,
  },
  {
    breaks: "timers whose recursion is terminated",
    policy,
    breakIt: (graph) =>
      change({ graph, type: RECURSION, name: "TimersRecursion", inputs: { recursiveLoop: "Terminate" } }),
    says: /^TimersQueueSubscriber\w+ would be refused its 17th invocation in a chain$/,
  },
  {
    breaks: "a consumer of dead letters that Lambda stops, although what it sends may come back as dead letters",
    policy,
    breakIt: (graph) => remove({ graph, type: RECURSION, name: "DialDeadLettersRecursion" }),
    says: /^DialDeadLettersSubscriber\w+ would be refused its 17th invocation in a chain$/,
  },
  {
    breaks: "a function that nothing would stop, and that has no need of it",
    policy,
    breakIt: (graph) => {
      const functionName = String(resource({ graph, type: FUNCTION, name: "Webhooks" }).inputs.name);
      const inputs = { functionName, recursiveLoop: "Allow" };
      add(graph, { type: RECURSION, name: "WebhooksRecursion", inputs, retained: true });
    },
    says: /^Webhooks is allowed to recurse, and does not$/,
  },
];
