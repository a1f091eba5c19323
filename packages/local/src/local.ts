import { Bus } from "./bus.ts";
import { Clients, type Endpoints, environmentFor } from "./clients.ts";
import { linkProperties } from "./components/function.ts";
import { type Dynamo, startDynamo } from "./dynamo.ts";
import { LocalError, StoppedError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import type { FunctionPool, InvocationHooks } from "./function-pool.ts";
import type { LogLine } from "./function-worker.ts";
import { startFunctions } from "./functions.ts";
import { graphOf, type LocalGraph } from "./graph.ts";
import { startHttp } from "./http.ts";
import type { HttpServer } from "./http-server.ts";
import { checkVisibility, startMappings } from "./mappings.ts";
import { resolveInput } from "./output.ts";
import { Program } from "./program.ts";
import { secretSource } from "./secrets.ts";
import { allOrFirstFailure } from "./settle.ts";
import { type Sqs, startSqs } from "./sqs.ts";

export interface LocalOptions extends InvocationHooks {
  /** The folder that holds sst.config.ts. */
  root: string;
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
  #clients: Clients | undefined;
  readonly #functionsReady = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;

  constructor(options: LocalOptions) {
    this.#options = options;
    this.#functionsReady.promise.catch(() => undefined);
  }

  async start(): Promise<Local> {
    const [sqs, bus, dynamo] = await this.#startServices();
    const endpoints = { sqs: sqs.endpoint, eventBridge: bus.endpoint, dynamoDb: dynamo.endpoint };
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
      poolOf: (name) => this.#poolOf(name),
      started: this.#httpServers,
    });
    await checkVisibility(program);
    const clients = new Clients({ endpoints, region: program.app.region });
    this.#clients = clients;
    await allOrFirstFailure([
      sqs.createQueues({ queues: program.queues, client: clients.sqs }),
      dynamo.createTables({ tables: program.tables, client: clients.dynamoDb }),
      bus.declare({
        region: program.app.region,
        buses: program.buses.map(({ physicalName }) => physicalName),
        rules: program.rules,
        client: clients.sqs,
        sqsEndpoint: sqs.endpoint,
        onLost: (line) => this.#log({ functionName: "Bus", line, stream: "stderr" }),
      }),
      startFunctions({
        root: this.#options.root,
        program,
        environment,
        pools: this.#pools,
        onLog: (entry) => this.#log(entry),
        hooks: this.#options,
      }),
    ]);
    await startMappings({
      program,
      pools: this.#pools,
      client: clients.sqs,
      largestBatch: this.#options.largestBatch ?? Number.POSITIVE_INFINITY,
      started: this.#mappings,
      onError: ({ functionName, message }) => this.#log({ functionName, line: message, stream: "stderr" }),
    });
    this.#functionsReady.resolve();
    const resources = await linkProperties(program.linkables.values());
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
    await Promise.all(this.#services.map((service) => service.stop()));
    this.#clients?.destroy();
  }

  async #startServices(): Promise<[Sqs, Bus, Dynamo]> {
    const remember = <T extends { stop(): Promise<void> }>(service: T) => {
      this.#services.push(service);
      return service;
    };
    return allOrFirstFailure([startSqs().then(remember), Bus.start().then(remember), startDynamo().then(remember)]);
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
