import { ALARM, type CounterExample, change, changeSettings, resource } from "./breaking.ts";

export const counterExamplesOfNumbers: readonly CounterExample[] = [
  {
    breaks: "callbacks into the network of the functions",
    policy: "a callback goes to no private network",
    breakIt: (graph) => changeSettings(graph, { callback: { privateNetworks: true } }),
    says: /^callbacks may go to private networks$/,
  },
  {
    breaks: "a personal stage with callbacks into the network of the functions",
    policy: "a callback goes to no private network",
    stage: "personal",
    breakIt: (graph) => changeSettings(graph, { callback: { privateNetworks: true } }),
    says: /^callbacks may go to private networks$/,
  },
  {
    breaks: "a deadline in the middle of a call",
    policy: "a call's deadline is not before it has rung and talked for as long as it may",
    breakIt: (graph) =>
      changeSettings(graph, { carrier: { ringingSeconds: 60, lengthSeconds: 300 }, timers: { deadlineSeconds: 359 } }),
    says: /^calls of 360 s are closed after 359 s$/,
  },
  {
    breaks: "a dialer that would wait for the carrier beyond its end",
    policy: "what a function waits for takes less time than the function has",
    breakIt: (graph) => changeSettings(graph, { carrier: { timeoutSeconds: 15 } }),
    says: /dialer\/lambda.handler has 15 s, and waits 15 s for the carrier$/,
  },
  {
    breaks: "a dispatcher that would wait for a callback beyond its end",
    policy: "what a function waits for takes less time than the function has",
    breakIt: (graph) => {
      changeSettings(graph, { callback: { timeoutSeconds: 29 } });
      const [later] = graph.functions.filter(({ handler }) => handler.endsWith("lambda.later"));
      Object.assign(later ?? {}, { links: later?.links.filter((link) => link !== "CallbackKey") });
    },
    says: /dispatcher\/lambda.first has 30 s, and waits 30 s for a callback$/,
  },
  {
    breaks: "an alarm on the table alone, which never is over",
    policy: "an alarm is over when there is no data any more",
    breakIt: (graph) =>
      change({
        graph,
        type: ALARM,
        name: "dial-unknown",
        inputs: { namespace: "AWS/DynamoDB", metricName: "WriteThrottleEvents", metricQueries: undefined },
      }),
    says: /^dial-unknown never is: it fills nothing$/,
  },
  {
    breaks: "an alarm on a sum of which a part is mostly silent",
    policy: "an alarm is over when there is no data any more",
    breakIt: (graph) => {
      const { metricQueries } = resource({ graph, type: ALARM, name: "events-undelivered" }).inputs as unknown as {
        metricQueries: { expression?: string }[];
      };
      for (const query of metricQueries) if (query.expression) query.expression = "FILL(reports, 0) + results";
    },
    says: /^events-undelivered hears nothing while results is silent$/,
  },
  {
    breaks: "an alarm on the newest three minutes of metrics that come late",
    policy: "an alarm that fills minutes rings though the newest have no data yet",
    breakIt: (graph) => change({ graph, type: ALARM, name: "queue-stuck", inputs: { evaluationPeriods: 3 } }),
    says: /^queue-stuck is filled before its data comes$/,
  },
  {
    breaks: "an alarm on eleven metrics",
    policy: "an alarm is on no more metrics than CloudWatch takes",
    breakIt: (graph) => {
      const metrics = Array.from({ length: 11 }, (_, index) => ({ id: `m${index}`, metric: {} }));
      const expression = metrics.map(({ id }) => `FILL(${id}, 0)`).join(" + ");
      change({
        graph,
        type: ALARM,
        name: "queue-stuck",
        inputs: { metricQueries: [...metrics, { id: "value", expression }] },
      });
    },
    says: /^queue-stuck is on 11$/,
  },
  {
    breaks: "alarms under the key that AWS has for topics",
    policy: "a topic is encrypted with no key that CloudWatch may not use",
    breakIt: (graph) =>
      change({ graph, type: "aws:sns/topic:Topic", name: "Alarms", inputs: { kmsMasterKeyId: "alias/aws/sns" } }),
    says: /^Alarms is told nothing$/,
  },
];
