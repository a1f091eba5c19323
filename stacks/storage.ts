import { config } from "./defaults/functions.ts";

export const table = new sst.aws.Dynamo("Calls", {
  fields: { pk: "string", sk: "string", list: "string", at: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  // What is in a list, by time: the single calls and the batches of an application, the completed calls of a batch. Keys
  // alone, so that 10,000 are few to read.
  globalIndexes: { by_application: { hashKey: "list", rangeKey: "at", projection: "keys-only" } },
  ttl: "expires_at",
  deletionProtection: config.production,
});
