import type { Table } from "./figure.ts";

/** What others would cost for a million PIN calls, by their list prices. What a step is there is our count. */
interface Peer {
  readonly name: string;
  readonly unit: string;
  /** For each call. */
  readonly units: number;
  readonly usdPerMillionUnits: number;
  readonly steps: string;
  readonly besides: string;
  readonly source: string;
}

const READ = "read 2026-11-30";

const PEERS: readonly Peer[] = [
  {
    ...{ name: "Step Functions Standard", unit: "transition", units: 10, usdPerMillionUnits: 25 },
    steps: "accept, wait for a slot, dial, wait, digits, judge, end, choose, deliver, done",
    besides: "functions for each step, table, gateway",
    source: `https://aws.amazon.com/step-functions/pricing/, ${READ}`,
  },
  {
    ...{ name: "Step Functions Express", unit: "GB-second", units: 2.8125, usdPerMillionUnits: 16.67 },
    steps: "a call of 45 s at 64 MB, $1 for the requests not in it; no call beyond 5 minutes, so no pace",
    besides: "functions for each step, table, gateway",
    source: `https://www.wring.co/blog/aws-step-functions-pricing-guide, ${READ}`,
  },
  {
    ...{ name: "Temporal Cloud", unit: "action", units: 7, usdPerMillionUnits: 50 },
    steps: "start, slot, dial, digits, end, deadline, delivery",
    besides: "workers that always run, a plan's monthly minimum, storage",
    source: `https://raw.githubusercontent.com/api-evangelist/temporal-io/refs/heads/main/finops/temporal-io-finops.yml, ${READ}; Temporal's own page, as it was stored, says 25 for before 2025`,
  },
  {
    ...{ name: "BullMQ on Upstash Redis", unit: "command", units: 20, usdPerMillionUnits: 2 },
    steps: "five jobs (dial, two reports, delivery, deadline) of four commands (add, take, finish, look)",
    besides: "workers that always run and poll, gateway; nothing is kept in a second place",
    source: `https://upstash.com/docs/redis/overall/billing, ${READ}; how many commands a job is was not confirmed`,
  },
  {
    ...{ name: "Vonage Verify", unit: "verification", units: 1, usdPerMillionUnits: 50_000 },
    steps: "a success; in EUR, by an example of 2019 that names 0.05",
    besides: "the call itself, as here",
    source: `https://api.support.vonage.com/hc/en-us/articles/360038161032, ${READ}`,
  },
  {
    ...{ name: "Twilio Verify", unit: "verification", units: 1, usdPerMillionUnits: 50_000 },
    steps: "a success",
    besides: "the call itself, as here",
    source: "no source that was read confirms 0.05",
  },
];

export function peersTable(): Table {
  return {
    columns: ["peer", "$ for a million calls", "for each call", "our count of steps", "and besides", "source"],
    rows: PEERS.map(({ name, unit, units, usdPerMillionUnits, steps, besides, source }) => [
      ...[name, Math.round(units * usdPerMillionUnits).toLocaleString("en-US")],
      ...[`${units} ${unit}${units === 1 ? "" : "s"} at $${usdPerMillionUnits.toLocaleString("en-US")} for a million`],
      ...[steps, besides, source],
    ]),
  };
}
