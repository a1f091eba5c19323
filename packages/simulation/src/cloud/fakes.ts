import type { Settings } from "@promptcall/core/contracts/settings";
import type { Clock } from "@promptcall/functions/ports/clock";
import { FakeApplications } from "@promptcall/functions/testing/applications";
import { FakeBreakers } from "@promptcall/functions/testing/breakers";
import { FakeBulkhead } from "@promptcall/functions/testing/bulkhead";
import { FakeCarrierRate } from "@promptcall/functions/testing/carrier-rate";
import { FakeGuardCounts } from "@promptcall/functions/testing/guard-counts";
import { FakeIdempotencyRecords } from "@promptcall/functions/testing/idempotency";
import type { Io } from "@promptcall/functions/testing/io";
import type { Lag } from "@promptcall/functions/testing/items";
import { FakeLoops, FakeWaitingCalls } from "@promptcall/functions/testing/loops";
import { FakeOldKeys } from "@promptcall/functions/testing/old-keys";
import { FakeProofs, FakeQuestions } from "@promptcall/functions/testing/proofs";
import { FakeReceiverStreaks } from "@promptcall/functions/testing/receiver-streaks";
import { FakeTable } from "@promptcall/functions/testing/table";

export interface FakesOptions {
  readonly table: ConstructorParameters<typeof FakeTable>[0] & { readonly lag: Lag };
  readonly loops: ConstructorParameters<typeof FakeLoops>[0];
  readonly waiting: ConstructorParameters<typeof FakeWaitingCalls>[0];
  readonly settings: Settings;
}

/** One process's: its clock, its requests, at any of which it may crash, and whether it is linked to the table. */
interface Own {
  readonly clock: Clock;
  readonly io: Io;
  readonly linked: <Port>(port: () => Port) => Port;
}

/** All that is kept in the table, and the ports on it. */
export function startFakes(options: FakesOptions) {
  const table = new FakeTable(options.table);
  const loops = new FakeLoops(options.loops);
  const waiting = new FakeWaitingCalls(options.waiting);
  const applications = new FakeApplications();
  const proofs = new FakeProofs();
  const questions = new FakeQuestions();
  const oldKeys = new FakeOldKeys();
  const room = new FakeCarrierRate();
  const counts = new FakeGuardCounts();
  const breakers = new FakeBreakers();
  const streaks = new FakeReceiverStreaks();
  const bulkhead = new FakeBulkhead({ lag: options.table.lag });
  const attempts = new FakeIdempotencyRecords();
  const policy = options.settings.guard.breaker;
  return {
    table,
    loops,
    waiting,
    applications,
    portsOf: ({ clock, io, linked }: Own) => ({
      calls: () => linked(() => table.calls(io)),
      deliveries: () => linked(() => table.callbacks(io)),
      batchDeliveries: () => linked(() => table.batchCallbacks(io)),
      parkedDigits: () => linked(() => table.parkedDigits(clock, io)),
      batches: () => linked(() => table.batches(io)),
      checkpoints: () => linked(() => table.checkpoints(io)),
      lists: () => linked(() => table.lists(io)),
      applicationLists: () => linked(() => table.applicationLists(io)),
      loops: () => linked(() => loops.portFor({ io })),
      waiting: () => linked(() => waiting.portFor({ io })),
      owners: () => linked(() => applications.ownersFor({ io })),
      applications: () => linked(() => applications.portFor({ io })),
      proofs: () => linked(() => proofs.portFor({ io })),
      questions: () => linked(() => questions.portFor({ io })),
      oldKeys: () => linked(() => oldKeys.portFor({ io })),
      attempts: () => linked(() => attempts.portFor({ io })),
      streaks: () => linked(() => streaks.portFor({ io })),
      room: () => linked(() => room.portFor({ clock, io })),
      counts: () => linked(() => counts.portFor({ clock, io })),
      breakers: () => linked(() => breakers.portFor({ clock, io, policy })),
      bulkhead: () => linked(() => bulkhead.portFor({ clock, io })),
    }),
  };
}

export type Fakes = ReturnType<typeof startFakes>;
