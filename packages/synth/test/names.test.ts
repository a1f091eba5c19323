import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { comparedWith, EVERY_VARIABLE } from "../src/names.ts";
import { synthesize } from "../src/run/synthesize.ts";
import { type Alteration, alteredProgram, repository } from "./support/altered.ts";

const names = readFileSync(path.join(repository, "packages/synth/names.txt"), "utf8").trimEnd().split("\n");

/** What a deployment of the altered program would do to what production has. */
async function deploymentOf(...alterations: Alteration[]) {
  const program = await alteredProgram(...alterations);
  onTestFinished(program.remove);
  const graph = await synthesize({
    repository,
    root: program.root,
    stage: "production",
    variables: EVERY_VARIABLE,
    code: "left out",
  });
  return comparedWith({ graph, names });
}

const QUEUE = "sst:aws:Queue$aws:sqs/queue:Queue";
const MAPPING = "sst:aws:QueueLambdaSubscriber$aws:lambda/eventSourceMapping:EventSourceMapping";
const FUNCTION = "sst:aws:QueueLambdaSubscriber$sst:aws:Function";
const RULE = "sst:aws:BusQueueSubscriber$aws:cloudwatch/eventRule:EventRule";
const TARGET = "sst:aws:BusQueueSubscriber$aws:cloudwatch/eventTarget:EventTarget";
const POLICY = "sst:aws:BusQueueSubscriber$aws:sqs/queuePolicy:QueuePolicy";

const renamed = {
  queue: {
    file: "stacks/queues.ts",
    from: 'queueInto(parked, { name: "CallbackRetries" })',
    to: 'queueInto(parked, { name: "Later" })',
  },
  rule: { file: "stacks/reducer.ts", from: 'name: "State"', to: 'name: "Reports"' },
};

/** As docs/versions.md says. */
const aliases = {
  queue: {
    file: "stacks/defaults/queues.ts",
    from: `retry: 5 },
    transform: { queue: queueDefaults },
  }`,
    to: `retry: 5 },
    transform: { queue: queueDefaults },
  }, name === "Later" ? { aliases: [{ name: "CallbackRetriesQueue" }] } : {}`,
  },
  subscriber: {
    file: "stacks/callbacks.ts",
    from: "consumeBy(config.maximumConcurrency.callbackRetries),",
    to: `consumeBy(config.maximumConcurrency.callbackRetries),
      { aliases: [{ name: "CallbackRetriesQueueSubscriberAbcdef" }] },`,
  },
  rule: {
    file: "stacks/bus.ts",
    from: "    transform: {",
    to: `    transform: {
      rule: (_args, options) => {
        if (name === "Reports") options.aliases = [{ name: "BusSubscriberStateRule" }];
      },`,
  },
  target: {
    file: "stacks/bus.ts",
    from: `      target: {
        deadLetterConfig: { arn: to.deadLetters.arn },`,
    to: `      target: (args, options) => {
        if (name === "Reports") options.aliases = [{ name: "BusSubscriberStateTarget" }];
        args.deadLetterConfig = { arn: to.deadLetters.arn };
      },
      unknown: {`,
  },
};

describe("what production has under a name", () => {
  it("is on the list, and what is on the list is there", () => {
    // New ones are added by `npm run synth -- --write-names`.
    expect(comparedWith({ graph: inject("complete"), names })).toEqual({ lost: [], added: [] });
  });

  const ofTheQueue = [
    `${QUEUE}::CallbackRetriesQueueQueue`,
    `${MAPPING}::CallbackRetriesQueueSubscriberEventSourceMapping`,
    `${FUNCTION}$aws:cloudwatch/logGroup:LogGroup::CallbackRetriesQueueSubscriberFunctionLogGroup`,
    `${FUNCTION}$aws:lambda/function:Function::CallbackRetriesQueueSubscriberFunctionFunction`,
  ];
  const ofTheRule = [
    "aws:sqs/queuePolicy:QueuePolicy::StateDeadLettersPolicy",
    `${POLICY}::BusSubscriberStatePolicy`,
    `${RULE}::BusSubscriberStateRule`,
    `${TARGET}::BusSubscriberStateTarget`,
  ];

  it("is lost with a queue or a rule that gets another name", async () => {
    const { lost, added } = await deploymentOf(renamed.queue, renamed.rule);
    expect(lost.toSorted()).toEqual([...ofTheQueue, ...ofTheRule].toSorted());
    expect(added).toEqual(expect.arrayContaining([`${QUEUE}::LaterQueueQueue`, `${RULE}::BusSubscriberReportsRule`]));
  });

  it("is kept with one that has its former name as an alias, what belongs to it too", async () => {
    const { lost } = await deploymentOf(renamed.queue, renamed.rule, ...Object.values(aliases));
    // Policies are set under the new name, and the former ones are left alone.
    expect(lost).toEqual(ofTheRule.filter((name) => name.includes("sqs/queuePolicy")));
  });
});
