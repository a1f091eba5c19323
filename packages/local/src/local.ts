import { Bus } from "./bus/bus.ts";
import { Clients, type Endpoints, environmentFor } from "./clients.ts";
import { InvalidArgumentError, LocalError, StoppedError } from "./errors.ts";
import type { FunctionPool, InvocationHooks } from "./functions/function-pool.ts";
import type { LogLine } from "./functions/function-worker.ts";
import { startFunctions } from "./functions/functions.ts";
import { startHttp } from "./http/http.ts";
import type { Front, HttpServer } from "./http/server.ts";
import { LIMITS } from "./limits.ts";
import { linkProperties } from "./program/components/function.ts";
import { evaluate } from "./program/evaluate.ts";
import { graphOf, type LocalGraph } from "./program/graph.ts";
import { resolveInput } from "./program/output.ts";
import { Program } from "./program/program.ts";
import { secretSource } from "./program/secrets.ts";
import type { Throughput } from "./program/table-throughput.ts";
import { allOrFirstFailure } from "./promises.ts";
import { provision, withdraw } from "./provision.ts";
import type { EventSourceMapping } from "./sqs/event-source-mapping.ts";
import { checkVisibility, startMappings } from "./sqs/mappings.ts";
import { startSqs } from "./sqs/sqs.ts";
import { type Dynamo, startDynamo } from "./table/dynamo.ts";

export interface LocalOptions extends InvocationHooks {
  /** The folder that holds sst.config.ts. */
  root: string;
  /** Those of another run, beside which this one runs: what it puts there it takes away again when it stops. */
  attachTo?: Endpoints;
  stage?: string;
  /** By component name, as `{ Api: 3000 }`; the others get a free port. */
  ports?: Record<string, number>;
  /** Values of `sst.Secret`s; the others get 32 random bytes. */
  secrets?: Record<string, string>;
  /** What the stacks see in `process.env` while they are evaluated. */
  variables?: Record<string, string>;
  onLog?: (entry: LogLine) => void;
  /** The most messages that a function is handed at once, where its queue's batch size is more: AWS may hand over fewer. */
  largestBatch?: number;
  /** Whether every mapping with a window waits for its batches as AWS may do on a quiet queue: 20 s, whatever the window. */
  quietQueues?: boolean;
  /** How many functions run at once, all together; 1,000 by default. A new account of AWS has ten. */
  accountConcurrency?: number;
  /** What a table does in a second that declares no more; what a new one of AWS does by default. */
  tableThroughput?: Throughput;
  /** Asked before an API is: a page and tools beside it, of which the stacks say nothing. */
  front?: Front;
  /** Functions have no timeout, because a debugger may have stopped them. */
  untimed?: boolean;
  /** By how much the clocks of functions are ahead of this machine's, for who would have to wait for a minute of its. */
  clockAheadMs?: number;
}

export interface Local {
  /** What `run()` of sst.config.ts returned, with every value known. */
  readonly outputs: Record<string, unknown>;
  readonly endpoints: Endpoints;
  /** What an AWS SDK client needs in its environment to find the local services. */
  readonly environment: Record<string, string>;
  readonly graph: LocalGraph;
  /** The link properties of a component: what `Resource.<name>` holds in a function. */
  resource(name: string): Record<string, unknown>;
  stop(): Promise<void>;
}

/** Runs on this machine what sst.config.ts and the stacks it imports describe, until it is stopped. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const run = new LocalRun(options);
  try {
    return await run.start();
  } catch (error) {
    await run.stop();
    throw error;
  }
}

class LocalRun {
  readonly #options: LocalOptions;
  readonly #pools = new Map<string, FunctionPool>();
  readonly #mappings: EventSourceMapping[] = [];
  readonly #httpServers: HttpServer[] = [];
  readonly #services: { stop(): Promise<void> }[] = [];
  #bus: Bus | undefined;
  #clients: Clients | undefined;
  #withdraw: (() => Promise<void>) | undefined;
  readonly #functionsReady = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;

  constructor(options: LocalOptions) {
    this.#options = options;
    this.#functionsReady.promise.catch(() => undefined);
  }

  async start(): Promise<Local> {
    const endpoints = this.#options.attachTo ?? (await this.#startServices());
    const program = new Program({
      stage: this.#options.stage ?? "local",
      endpoints,
      secrets: secretSource(this.#options.secrets ?? {}),
    });
    const declared = await evaluate({
      root: this.#options.root,
      program,
      variables: this.#options.variables ?? {},
    });
    const environment = environmentFor({ endpoints, region: program.app.region });
    await startHttp({
      program,
      ports: this.#options.ports ?? {},
      untimed: this.#options.untimed ?? false,
      poolOf: (name) => this.#poolOf(name),
      front: this.#options.front ?? (() => false),
      started: this.#httpServers,
    });
    await checkVisibility(program);
    const clients = new Clients({ endpoints, region: program.app.region });
    this.#clients = clients;
    await this.#openBuses({ program, clients });
    if (this.#options.attachTo) this.#withdraw = () => withdraw({ program, clients });
    await allOrFirstFailure([
      provision({ program, clients }),
      startFunctions({
        root: this.#options.root,
        program,
        environment,
        pools: this.#pools,
        onLog: (entry) => this.#log(entry),
        hooks: this.#options,
        accountConcurrency: this.#options.accountConcurrency ?? LIMITS.lambda.concurrency,
        untimed: this.#options.untimed ?? false,
        clockAheadMs: this.#options.clockAheadMs ?? 0,
      }),
    ]);
    await startMappings({
      program,
      pools: this.#pools,
      client: clients.sqs,
      largestBatch: this.#options.largestBatch ?? Number.POSITIVE_INFINITY,
      quietQueues: this.#options.quietQueues ?? false,
      started: this.#mappings,
      onError: ({ functionName, message }) => this.#log({ functionName, line: message, stream: "stderr" }),
    });
    this.#functionsReady.resolve();
    const resources = await linkProperties({ program, links: program.linkables.values() });
    return {
      outputs: await resolveInput(declared),
      endpoints,
      environment,
      graph: await graphOf(program),
      resource: (name) => resourceOf({ resources, name }),
      stop: () => this.stop(),
    };
  }

  /** Functions first: once they are gone nothing new happens, and whatever waits for them hears so. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#functionsReady.reject(new StoppedError());
    const mappings = this.#mappings.map((mapping) => mapping.stop());
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
    await Promise.all([...mappings, ...this.#httpServers.map((server) => server.stop())]);
    await this.#withdraw?.();
    await Promise.all(this.#services.map((service) => service.stop()));
    this.#clients?.destroy();
  }

  async #startServices(): Promise<Endpoints> {
    const remember = <T extends { stop(): Promise<void> }>(service: T) => {
      this.#services.push(service);
      return service;
    };
    const starting = [
      startSqs().then(remember),
      Bus.start().then(remember),
      this.#startDynamo().then(remember),
    ] as const;
    const [sqs, bus, dynamo] = await allOrFirstFailure(starting);
    this.#bus = bus;
    return { sqs: sqs.endpoint, eventBridge: bus.endpoint, dynamoDb: dynamo.endpoint };
  }

  #startDynamo(): Promise<Dynamo> {
    const { tableThroughput: throughput } = this.#options;
    return startDynamo({ ...(throughput && { throughput }) });
  }

  async #openBuses({ program, clients }: { program: Program; clients: Clients }): Promise<void> {
    const own = program.buses.filter(({ referenced }) => !referenced);
    const [first] = own;
    if (this.#bus === undefined && first !== undefined) {
      const reason = "an app that is attached to another run has no buses of its own here.";
      throw new InvalidArgumentError({ component: `sst.aws.Bus "${first.name}"`, reason });
    }
    this.#bus?.open({
      region: program.app.region,
      buses: await Promise.all(own.map(({ busName }) => busName)),
      client: clients.sqs,
      sqsEndpoint: program.endpoints.sqs,
      onLost: (line) => this.#log({ functionName: "Bus", line, stream: "stderr" }),
    });
  }

  /** A request may come as soon as its port is open; it waits for the functions. */
  async #poolOf(name: string): Promise<FunctionPool> {
    await this.#functionsReady.promise;
    const pool = this.#pools.get(name);
    if (!pool) throw new LocalError(`The function "${name}" was not started.`);
    return pool;
  }

  #log(entry: LogLine): void {
    this.#options.onLog?.(entry);
  }
}

function resourceOf({ resources, name }: { resources: Record<string, Record<string, unknown>>; name: string }) {
  const properties = resources[name];
  if (!properties) throw new LocalError(`No component of the stacks is called "${name}".`);
  return properties;
}
