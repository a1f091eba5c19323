/**
 * What a link allows. SST's own links allow everything on a resource, its deletion included; these allow what our
 * functions do: the table to those who accept and dial calls, a queue and the bus to those who send. What needs less has
 * a link for its own use (`stacks/links.ts`). Nothing else grants a function anything.
 */
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({
  properties: { name: table.name },
  include: [
    sst.aws.permission({
      actions: [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:Query",
      ],
      resources: [table.arn, $interpolate`${table.arn}/index/*`],
    }),
  ],
}));

sst.Linkable.wrap(sst.aws.Queue, (queue) => ({
  properties: { url: queue.url },
  include: [sst.aws.permission({ actions: ["sqs:SendMessage"], resources: [queue.arn] })],
}));

sst.Linkable.wrap(sst.aws.Bus, (bus) => ({
  properties: { name: bus.name },
  include: [sst.aws.permission({ actions: ["events:PutEvents"], resources: [bus.arn] })],
}));

export {};
