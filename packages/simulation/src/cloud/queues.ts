import type { History, SentMessage } from "../history/history.ts";
import type { Faults } from "../world/faults.ts";
import type { Scheduler } from "../world/scheduler.ts";
import { named } from "./named.ts";
import { Sqs } from "./sqs.ts";
import type { Wiring } from "./wiring.ts";

/** Starts the queues of the stacks, with their visibility and their dead letters. */
export function startQueues({
  scheduler,
  faults,
  wiring,
  history,
}: {
  scheduler: Scheduler;
  faults: Faults;
  wiring: Wiring;
  history: History;
}) {
  const started = new Map<string, Sqs>();
  const onMessage = (message: SentMessage) => history.sent(message);
  const onDamaged = (body: string) => history.damaged(body);
  const onDeadLetter = (body: string) => history.deadLettered(body);
  // Queues without dead letters first: they may be the dead-letter queues of others.
  for (const declared of wiring.queues.toSorted((a, b) => Number(!!a.deadLetters) - Number(!!b.deadLetters))) {
    const into = declared.deadLetters;
    const deadLetters = into && { queue: named(started, into.queue), afterReceives: into.maxReceiveCount };
    started.set(
      declared.name,
      new Sqs({ scheduler, faults, declared, deadLetters, onMessage, onDamaged, onDeadLetter }),
    );
  }
  return started;
}
