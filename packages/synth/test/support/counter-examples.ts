import {
  ALARM,
  add,
  addStatement,
  type CounterExample,
  change,
  changeJson,
  FUNCTION,
  MAPPING,
  QUEUE,
  ROLE,
  remove,
  resource,
  TABLE,
} from "./breaking.ts";
import { counterExamplesOfLinks } from "./counter-examples-of-links.ts";
import { counterExamplesOfNumbers } from "./counter-examples-of-numbers.ts";
import { counterExamplesOfRecursion } from "./counter-examples-of-recursion.ts";

interface PolicyDocument {
  Statement: { Condition?: object }[];
}

export const counterExamples: readonly CounterExample[] = [
  {
    breaks: "a dialer that may read the callbacks queue",
    policy: "a function may do what its links need, and nothing else",
    breakIt: (graph) =>
      addStatement(graph, {
        Action: "sqs:ReceiveMessage",
        Resource: String(resource({ graph, type: QUEUE, name: "CallbacksQueue" }).arn),
      }),
    says: /^DialQueueSubscriber\w+ has, and does not need: Allow sqs:ReceiveMessage on arn:.*CallbacksQueue/,
  },
  {
    breaks: "a dialer with a managed policy of many rights",
    policy: "nothing is allowed on everything, and no right is a whole service",
    breakIt: (graph) =>
      change({
        graph,
        type: ROLE,
        name: "DialQueueSubscriber",
        inputs: { managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"] },
      }),
    says: /^DialQueueSubscriber\w+ has the managed policy .*AmazonSQSFullAccess$/,
  },
  {
    breaks: "a role that the whole account may assume",
    policy: "a function's role is Lambda's alone to assume",
    breakIt: (graph) =>
      changeJson<{ Statement: object[] }>({
        graph,
        type: ROLE,
        name: "WebhooksRole",
        input: "assumeRolePolicy",
        changed: (policy) => ({
          ...policy,
          Statement: policy.Statement.map((statement) => ({ ...statement, Principal: { AWS: "arn:aws:iam::1:root" } })),
        }),
      }),
    says: /^Webhooks may be assumed by .*:root/,
  },
  {
    breaks: "a queue that takes from every rule in AWS",
    policy: "only rules of a bus of ours send to a queue from outside",
    breakIt: (graph) =>
      changeJson<PolicyDocument>({
        graph,
        type: "aws:sqs/queuePolicy:QueuePolicy",
        name: "BusSubscriberState",
        input: "policy",
        changed: ({ Statement, ...policy }) => ({
          ...policy,
          Statement: Statement.map(({ Condition: _none, ...statement }) => statement),
        }),
      }),
    says: /^BusSubscriberStatePolicy lets every rule in AWS send$/,
  },
  {
    breaks: "a dialer that answers the internet",
    policy: "the one public function URL is the webhooks'",
    breakIt: (graph) =>
      add(graph, {
        type: "aws:lambda/functionUrl:FunctionUrl",
        name: "DialerUrl",
        parent: "Dialer",
        inputs: { authorizationType: "NONE" },
      }),
    says: /^Dialer has a public URL$/,
  },
  {
    breaks: "a gateway that logs the addresses of webhooks",
    policy: "no access log tells the path of a webhook, which proves itself by it",
    stage: "complete",
    breakIt: (graph) =>
      change({
        graph,
        type: "aws:apigatewayv2/stage:Stage",
        name: "WebhooksApi",
        inputs: { accessLogSettings: { format: "$context.path" } },
      }),
    says: /^WebhooksApi logs every request$/,
  },
  {
    breaks: "a secret in the environment",
    policy: "no secret stands in an environment variable",
    breakIt: (graph) =>
      change({
        graph,
        type: FUNCTION,
        name: "Webhooks",
        inputs: { environment: { variables: { SST_KEY: "the-secret-PinKey-in-clear" } } },
      }),
    says: /^Webhooks has a secret in SST_KEY$/,
  },
  {
    breaks: "a queue without dead letters",
    policy: "a queue has dead letters, or is one for others",
    breakIt: (graph) =>
      add(graph, {
        type: QUEUE,
        name: "LooseQueue",
        parent: "Loose",
        arn: "arn:aws:sqs:us-east-1:123456789012:loose",
        inputs: { sqsManagedSseEnabled: true },
      }),
    says: /^Loose loses what cannot be handled$/,
  },
  {
    breaks: "dead letters for four days",
    policy: "dead letters are kept for fourteen days",
    breakIt: (graph) =>
      change({ graph, type: QUEUE, name: "DialDeadLetters", inputs: { messageRetentionSeconds: 345_600 } }),
    says: /^DialDeadLetters keeps them for 345600 s$/,
  },
  {
    breaks: "dead letters whose alarm tells nobody",
    policy: "dead letters raise an alarm that somebody hears",
    breakIt: (graph) => change({ graph, type: ALARM, name: "results-parked", inputs: { alarmActions: [] } }),
    says: /^CallbacksDeadLetters fills up and nobody is told$/,
  },
  {
    breaks: "dead letters that are left out of their alarm",
    policy: "dead letters raise an alarm that somebody hears",
    breakIt: (graph) => {
      const { inputs } = resource({ graph, type: ALARM, name: "dead-letters" });
      const { metricQueries } = inputs as unknown as { metricQueries: { id: string }[] };
      metricQueries.splice(
        metricQueries.findIndex(({ id }) => id === "timers"),
        1,
      );
    },
    says: /^TimersDeadLetters fills up and nobody is told$/,
  },
  {
    breaks: "dead letters that take from every queue",
    policy: "dead letters come from the queues they belong to, and from no other",
    breakIt: (graph) =>
      remove({ graph, type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", name: "StateDeadLetters" }),
    says: /^StateDeadLetters takes them from every queue$/,
  },
  {
    breaks: "a message hidden for less than six timeouts",
    policy: "a message is hidden for six timeouts of its function, and for as long as Lambda may gather a batch",
    breakIt: (graph) => change({ graph, type: QUEUE, name: "StateQueue", inputs: { visibilityTimeoutSeconds: 11 } }),
    says: /^StateQueue hides it for 11 s of 12 s$/,
  },
  {
    breaks: "a batching window whose messages come again while a quiet queue gathers them",
    policy: "a message is hidden for six timeouts of its function, and for as long as Lambda may gather a batch",
    breakIt: (graph) => {
      change({ graph, type: MAPPING, name: "StateQueueSubscriber", inputs: { maximumBatchingWindowInSeconds: 1 } });
      change({ graph, type: QUEUE, name: "StateQueue", inputs: { visibilityTimeoutSeconds: 13 } });
    },
    says: /^StateQueue hides it for 13 s of 33 s$/,
  },
  {
    breaks: "a consumer that fails whole batches",
    policy: "a failed message fails alone",
    breakIt: (graph) =>
      change({ graph, type: MAPPING, name: "DialQueueSubscriber", inputs: { functionResponseTypes: [] } }),
    says: /^DialQueue fails whole batches$/,
  },
  {
    breaks: "consumers that take the whole account",
    policy: "consumers together leave the account room",
    breakIt: (graph) =>
      change({
        graph,
        type: MAPPING,
        name: "DialQueueSubscriber",
        inputs: { scalingConfig: { maximumConcurrency: 900 } },
      }),
    says: /^consumers may run, and reservations hold, 1\d\d\d at once$/,
  },
  {
    breaks: "a reservation that throttles what its queue takes",
    policy: "what is reserved for a function is enough for its queues",
    breakIt: (graph) =>
      change({
        graph,
        type: FUNCTION,
        name: "StateQueueSubscriber",
        inputs: { reservedConcurrentExecutions: 59 },
      }),
    says: /^StateQueueSubscriber.* has 59 of 100$/,
  },
  {
    breaks: "a rule target without dead letters",
    policy: "what a rule cannot deliver is retried, and then kept",
    breakIt: (graph) =>
      change({
        graph,
        type: "aws:cloudwatch/eventTarget:EventTarget",
        name: "BusSubscriberCallbacks",
        inputs: { deadLetterConfig: undefined },
      }),
    says: /^BusSubscriberCallbacks has no dead letters$/,
  },
  {
    breaks: "a table without point-in-time recovery",
    policy: "a table can be restored to any second, and forgets what has expired",
    breakIt: (graph) =>
      change({ graph, type: TABLE, name: "Calls", inputs: { pointInTimeRecovery: { enabled: false } } }),
    says: /^Calls cannot be restored$/,
  },
  {
    breaks: "production without deletion protection",
    policy: "production is protected and keeps its data, other stages leave nothing behind",
    breakIt: (graph) => change({ graph, type: TABLE, name: "Calls", inputs: { deletionProtectionEnabled: false } }),
    says: /^Calls is not protected from deletion$/,
  },
  {
    breaks: "a personal stage that leaves a table behind",
    policy: "production is protected and keeps its data, other stages leave nothing behind",
    stage: "personal",
    breakIt: (graph) => Object.assign(resource({ graph, type: TABLE, name: "Calls" }), { retained: true }),
    says: /^Calls is retained$/,
  },
  {
    breaks: "a queue in production that a deployment may delete",
    policy: "production is protected and keeps its data, other stages leave nothing behind",
    breakIt: (graph) => Object.assign(resource({ graph, type: QUEUE, name: "DialQueue" }), { protected: false }),
    says: /^a deployment may delete or replace DialQueueQueue$/,
  },
  {
    breaks: "a personal stage whose bus cannot be removed",
    policy: "production is protected and keeps its data, other stages leave nothing behind",
    stage: "personal",
    breakIt: (graph) =>
      Object.assign(resource({ graph, type: "aws:cloudwatch/eventBus:EventBus", name: "Bus" }), { protected: true }),
    says: /^a deployment may not delete or replace BusBus$/,
  },
  {
    breaks: "a queue policy that is gone when it moves",
    policy: "a setting of another resource is not deleted where it only moves",
    breakIt: (graph) =>
      Object.assign(resource({ graph, type: "aws:sqs/queuePolicy:QueuePolicy", name: "BusSubscriberState" }), {
        retained: false,
      }),
    says: /^BusSubscriberStatePolicy would be set, and then deleted$/,
  },
  {
    breaks: "a queue in clear",
    policy: "what rests is encrypted",
    breakIt: (graph) => change({ graph, type: QUEUE, name: "StateQueue", inputs: { sqsManagedSseEnabled: false } }),
    says: /^StateQueue is not encrypted$/,
  },
  {
    breaks: "logs kept for ever",
    policy: "logs are kept for a time that was chosen",
    breakIt: (graph) =>
      change({
        graph,
        type: "aws:cloudwatch/logGroup:LogGroup",
        name: "Webhooks",
        inputs: { retentionInDays: undefined },
      }),
    says: /^Webhooks\w+ is kept for ever$/,
  },
  {
    breaks: "a function on another processor",
    policy: "functions run on Node.js 24 and arm64",
    breakIt: (graph) => change({ graph, type: FUNCTION, name: "Webhooks", inputs: { architectures: ["x86_64"] } }),
    says: /^Webhooks runs on nodejs24.x and x86_64$/,
  },
  {
    breaks: "a function with more memory than was decided",
    policy: "timeout and memory are what was decided",
    breakIt: (graph) => change({ graph, type: FUNCTION, name: "Webhooks", inputs: { memorySize: 1_024 } }),
    says: /webhooks\/lambda.handler has 1024 MB$/,
  },
  {
    breaks: "a bundle that grew",
    policy: "bundles stay within their size",
    breakIt: (graph) => {
      const webhooks = graph.functions.find(({ name }) => name === "Webhooks");
      Object.assign(webhooks ?? {}, { bundleBytes: 2_000_000 });
    },
    says: /webhooks\/lambda.handler has 2000 kB$/,
  },
  {
    breaks: "a function that loads more than it did",
    policy: "bundles stay within their size",
    breakIt: (graph) => {
      const webhooks = graph.functions.find(({ name }) => name === "Webhooks");
      Object.assign(webhooks ?? {}, { loadedBytes: 1_000_000 });
    },
    says: /webhooks\/lambda.handler loads 1000 kB$/,
  },
  ...counterExamplesOfLinks,
  ...counterExamplesOfNumbers,
  ...counterExamplesOfRecursion,
];
