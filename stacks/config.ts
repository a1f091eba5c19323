import { CARRIER_HOST } from "@promptcall/core/contracts/regions";
import { type Settings, SettingsSchema } from "@promptcall/core/contracts/settings";
import * as z from "zod/mini";
import { type ConcurrencyPlan, concurrencyPlan, DEFAULT_ACCOUNT, NEW_ACCOUNT } from "./concurrency.ts";
import { StageConfigError } from "./errors.ts";
import { GUARD, GuardVariableSchema, guardOf, LOCAL_GUARD } from "./guard.ts";

/** What differs between stages. Everything a function reads at run time is in `settings`, and nowhere else. */
export interface StageConfig extends ConcurrencyPlan {
  production: boolean;
  /** Of AWS. All that a stage is lives there. */
  region: string;
  /** How many functions the account runs at once there. */
  accountConcurrency: number;
  /** What a consumer may take for a batch; its queue's visibility follows from that (see `defaults/queues.ts`). */
  timeoutSeconds: { consumer: number; dialer: number; reducer: number; dispatcher: number };
  /** The most messages of one batch. */
  batchSize: number;
  /** Twice the memory is twice the CPU. Functions that mostly wait do not need it. */
  memoryMb: { working: number; waiting: number };
  /** Names of our own for both addresses, which stay when what they lead to is another one. */
  domains: { api: string | undefined; webhooks: string | undefined };
  /** Of the local stage: where a carrier that is not on this machine reaches its webhooks. */
  webhooksUrl: string | undefined;
  /** Who hears of alarms; they have to confirm it once. */
  alarmEmail: string | undefined;
  settings: Settings;
}

export const DEFAULT_REGION = "us-east-1";

const PUBLIC = 'must be an address that begins with "https://", as "https://tunnel.example.com"';

const domain = (example: string) =>
  z.optional(z.string().check(z.regex(/^([a-z0-9-]{1,63}\.)+[a-z]{2,}$/, `must be a domain, as "${example}"`)));

const forDeployments = z.optional(z.undefined("is for deployments: what runs here has addresses of this machine"));

/** The variables of a deployment, read from the environment in which the stacks are evaluated. */
export const VariablesSchema = z.object({
  AWS_REGION: z._default(
    z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region of AWS, as "eu-west-1"')),
    DEFAULT_REGION,
  ),
  VONAGE_HOST: z._default(
    z.url({ protocol: /^https?$/, error: `must be the address of the carrier, as "${CARRIER_HOST}"` }),
    CARRIER_HOST,
  ),
  /** Of zones in Route 53 of the same account. */
  API_DOMAIN: domain("api.example.com"),
  WEBHOOKS_DOMAIN: domain("webhooks.example.com"),
  ALARM_EMAIL: z.optional(z.email('must be an address, as "on-call@example.com"')),
  /** A collector of OpenTelemetry, which takes OTLP over HTTP. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.optional(
    z.url({ protocol: /^https?$/, error: 'must be the address of a collector, as "https://otlp.example.com"' }),
  ),
  /** How many functions the account runs at once in this region: _Concurrent executions_ in its quotas of Lambda. */
  ACCOUNT_CONCURRENCY: z._default(
    z.coerce
      .number({ error: "must be a number" })
      .check(
        z.int({ error: "must be a whole number" }),
        z.minimum(NEW_ACCOUNT, `must be ${NEW_ACCOUNT} or more: no account has less`),
      ),
    DEFAULT_ACCOUNT,
  ),
  /** What calls may cost, where that is not as by default. */
  GUARD: GuardVariableSchema,
  /** Whether requests of the deprecated API may have their secret, and their PIN, in the address. */
  CREDENTIAL_IN_QUERY: z._default(z.stringbool({ error: "must be true or false" }), false),
  /** For `sst dev`: how long a queue's function may stand still at a breakpoint. Lambda allows 900. */
  BREAKPOINT_SECONDS: z._default(
    z.coerce
      .number({ error: "must be a number" })
      .check(z.minimum(0, "must be 0 or more"), z.maximum(900, "must be 900 at the most")),
    0,
  ),
  /** Of the local stage alone: how many times faster than ours the simulated carrier's clock runs. */
  SIM_SPEED: z._default(z.coerce.number({ error: "must be a number" }).check(z.positive("must be more than 0")), 30),
  /** Of the local stage alone: where the carrier reaches its webhooks from outside, through a tunnel. */
  WEBHOOKS_URL: z.optional(
    z.url({ error: PUBLIC }).check(
      z.refine((url) => /^https:/.test(url) || /^http:\/\/(127\.0\.0\.1|localhost)[:/]?/.test(url), {
        error: PUBLIC,
      }),
    ),
  ),
  /** Of the local stage alone: whether what waits for a call is as much sooner over as the carrier's clock is faster. */
  SHORT_DEADLINES: z._default(z.stringbool({ error: "must be true or false" }), true),
  /** At which results may be sent, apart by commas. */
  CALLBACK_PORTS: z.pipe(
    z._default(
      z.string().check(z.regex(/^\d{1,5}( *, *\d{1,5})*$/, 'must be ports apart by commas, as "80,443,8080,8443"')),
      "80,443,8080,8443",
    ),
    z.transform((written) => written.split(",").map(Number)),
  ),
  /** Of the local stage alone: whether results may go to this machine, at any port. No deployment lets them. */
  PRIVATE_NETWORKS: z._default(z.stringbool({ error: "must be true or false" }), true),
  /** Only for the local stage: whether it publishes events without a subscriber of our own. */
  VERBOSE_EVENTS: z._default(z.stringbool({ error: "must be true or false" }), true),
});
type Variables = z.infer<typeof VariablesSchema>;

const LocalSchema = z.extend(VariablesSchema, { API_DOMAIN: forDeployments, WEBHOOKS_DOMAIN: forDeployments });
const DeployedSchema = z.extend(VariablesSchema, {
  VONAGE_HOST: z._default(
    z.url({
      protocol: /^https$/,
      error: 'must be the address of the carrier, and begin with "https://": credentials are sent there',
    }),
    CARRIER_HOST,
  ),
});
const ProductionSchema = z.extend(DeployedSchema, {
  BREAKPOINT_SECONDS: z._default(
    z.coerce
      .number({ error: "must be a number" })
      .check(
        z.minimum(0, "must be 0 or more"),
        z.maximum(0, "is for debugging, not for production: it makes what a crash holds up late"),
      ),
    0,
  ),
});

// Each call is given the time that its own texts take, and is closed as much earlier (`core/src/call/call-length.ts`). This is
// the most: three times 1500 characters that are syllables, slowly said, take 1350 s, and with the rest around 1600.
const RINGING_SECONDS = 60;
const LENGTH_SECONDS = 1_800;

// At the usual speed of 30 these are seconds; a run that is to crash is slowed down, until they outlast a redelivery.
const SETTLE_SECONDS_AT_SPEED_1 = 200;

interface Chosen {
  readonly variables: Variables;
  readonly plan: ConcurrencyPlan;
}

const deployed = ({ variables, plan }: Chosen): Settings => ({
  carrier: {
    host: variables.VONAGE_HOST,
    timeoutSeconds: 10,
    ringingSeconds: RINGING_SECONDS,
    lengthSeconds: LENGTH_SECONDS,
    retryDelaySeconds: 2,
  },
  timers: { settleSeconds: 20, deadlineSeconds: RINGING_SECONDS + LENGTH_SECONDS + 30 },
  callback: {
    timeoutSeconds: 10,
    delaysSeconds: [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200],
    privateNetworks: false,
    ports: variables.CALLBACK_PORTS,
    // One result alone gets there after 18 minutes.
    failingAfter: 5,
    concurrency: plan.maximumConcurrency.callbacks,
  },
  waiting: plan.waiting,
  guard: guardOf(GUARD, variables.GUARD),
  credentialInQuery: variables.CREDENTIAL_IN_QUERY,
  retentionDays: 30,
  verboseEvents: false,
  tracing: tracing(variables),
});

function tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Variables): Settings["tracing"] {
  return endpoint === undefined ? undefined : { endpoint };
}

/**
 * The local stage has the timers of a deployment, or these shortened to seconds: the simulated carrier's clock runs
 * `SIM_SPEED` times faster than ours, and so may everything that waits for it.
 */
function local(chosen: Chosen): Settings {
  const { variables } = chosen;
  const speed = variables.SIM_SPEED;
  const { carrier, timers, callback, waiting } = deployed(chosen);
  const paced = variables.SHORT_DEADLINES ? shortened(speed, timers) : { carrier: {}, timers };
  return {
    carrier: { ...carrier, retryDelaySeconds: 1, ...paced.carrier },
    timers: paced.timers,
    callback: { ...callback, delaysSeconds: [1, 2, 4, 8], privateNetworks: variables.PRIVATE_NETWORKS },
    waiting,
    // Calls through a real carrier cost what they cost.
    guard: guardOf(variables.WEBHOOKS_URL === undefined ? LOCAL_GUARD : GUARD, variables.GUARD),
    credentialInQuery: variables.CREDENTIAL_IN_QUERY,
    retentionDays: 1,
    verboseEvents: variables.VERBOSE_EVENTS,
    tracing: tracing(variables),
  };
}

function shortened(speed: number, timers: Settings["timers"]) {
  const settleSeconds = Math.min(timers.settleSeconds, Math.ceil(SETTLE_SECONDS_AT_SPEED_1 / speed));
  // As where it is deployed, a call that ends at the last moment is settled before its deadline.
  const deadlineSeconds = Math.ceil((RINGING_SECONDS + LENGTH_SECONDS) / speed) + settleSeconds + 1;
  return { carrier: { clockSpeed: speed }, timers: { settleSeconds, deadlineSeconds } };
}

/** Throws an error that names every field which has a wrong value. */
export function stageConfig(stage: string): StageConfig {
  const isLocal = stage === "local";
  const production = stage === "production";
  const schema = isLocal ? LocalSchema : production ? ProductionSchema : DeployedSchema;
  const variables = parsed({ stage, schema, value: process.env });
  const standStill = variables.BREAKPOINT_SECONDS;
  const plan = concurrencyPlan({ account: variables.ACCOUNT_CONCURRENCY, production, isLocal });
  const unlessStopped = (seconds: number) => Math.max(seconds, standStill);
  return {
    production,
    region: variables.AWS_REGION,
    accountConcurrency: variables.ACCOUNT_CONCURRENCY,
    // The reducer works for milliseconds. What a crash of it held up must come again before the call is settled.
    // The dispatcher's holds a callback's timeout and a second of burst before it, and still fits into the visibility.
    timeoutSeconds: isLocal
      ? { consumer: 5, dialer: 5, reducer: 2, dispatcher: 15 }
      : {
          consumer: unlessStopped(30),
          // It waits 2 s for a step and 10 s for the carrier. A call that is dialed now is held up by its visibility where it dies.
          dialer: unlessStopped(15),
          reducer: unlessStopped(2),
          dispatcher: unlessStopped(30),
        },
    ...plan,
    batchSize: 10,
    memoryMb: { working: 512, waiting: 256 },
    domains: { api: variables.API_DOMAIN, webhooks: variables.WEBHOOKS_DOMAIN },
    webhooksUrl: isLocal ? variables.WEBHOOKS_URL?.replace(/\/$/, "") : undefined,
    alarmEmail: variables.ALARM_EMAIL,
    settings: parsed({
      stage,
      schema: SettingsSchema,
      value: isLocal ? local({ variables, plan }) : deployed({ variables, plan }),
    }),
  };
}

function parsed<T>({ stage, schema, value }: { stage: string; schema: z.ZodMiniType<T>; value: unknown }): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => ({ field: path.join("."), says: message }));
  throw new StageConfigError({ stage, faults });
}
