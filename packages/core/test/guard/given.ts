import type { Guard } from "../../src/contracts/settings/guard.ts";

export const GUARD: Guard = {
  deniedKinds: ["premium", "satellite"],
  callsPerDestinationPerHour: 3,
  breaker: { leastCalls: 10, leastCompletedShare: 0.2, openSeconds: 900 },
};
