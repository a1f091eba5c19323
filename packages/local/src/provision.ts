import { putRules, removeRules } from "./bus/subscriptions.ts";
import type { Clients } from "./clients.ts";
import type { Program } from "./program/program.ts";
import { allOrFirstFailure } from "./promises.ts";
import { createQueues, deleteQueues } from "./sqs/sqs.ts";
import { createTables, deleteTables } from "./table/dynamo.ts";

interface Provisioned {
  program: Program;
  clients: Clients;
}

/** Makes what the stacks declare, by the services' own APIs: whose services they are makes no difference. */
export async function provision({ program, clients }: Provisioned): Promise<void> {
  const { queues, tables, rules } = program;
  await allOrFirstFailure([
    createQueues({ queues, client: clients.sqs }),
    createTables({ tables, client: clients.dynamoDb }),
  ]);
  // Last: from then on events come.
  await putRules({ rules, client: clients.eventBridge });
}

/** Takes it back from services that go on. If they are gone by now, so is what was in them. */
export async function withdraw({ program, clients }: Provisioned): Promise<void> {
  const { queues, tables, rules, endpoints } = program;
  try {
    await removeRules({ rules, client: clients.eventBridge });
    await deleteQueues({ queues, client: clients.sqs, endpoint: endpoints.sqs });
    await deleteTables({ tables, client: clients.dynamoDb });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ECONNREFUSED", "ECONNRESET"].includes(String(error.code));
}
