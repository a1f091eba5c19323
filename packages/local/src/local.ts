import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Bus } from "./bus.ts";
import { linkProperties } from "./components/function.ts";
import { type Dynamo, startDynamo } from "./dynamo.ts";
import { LocalError, StoppedError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { LogLine } from "./function-worker.ts";
import { startFunctions } from "./functions.ts";
import { graphOf, type LocalGraph } from "./graph.ts";
import { startHttp } from "./http.ts";
import type { HttpServer } from "./http-server.ts";
import { checkVisibility, startMappings } from "./mappings.ts";
import { resolveInput } from "./output.ts";
import { Program } from "./program.ts";
import { secretSource } from "./secrets.ts";
import { type Sqs, startSqs } from "./sqs.ts";

export interface LocalOptions {
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

interface Endpoints {
  sqs: string;
  eventBridge: string;
  dynamoDb: string;
}

const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

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
  readonly #clients: { destroy(): void }[] = [];
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
    const client = this.#sqsClient({ endpoint: sqs.endpoint, region: program.app.region });
    await Promise.all([
      sqs.createQueues({ queues: program.queues, client }),
      dynamo.createTables({
        tables: program.tables,
        client: this.#dynamoClient({ endpoint: dynamo.endpoint, region: program.app.region }),
      }),
      bus.declare({
        region: program.app.region,
        buses: program.buses.map(({ physicalName }) => physicalName),
        rules: program.rules,
        client,
        sqsEndpoint: sqs.endpoint,
        onLost: (line) => this.#log({ functionName: "Bus", line, stream: "stderr" }),
      }),
      startFunctions({
        root: this.#options.root,
        program,
        environment,
        pools: this.#pools,
        onLog: (entry) => this.#log(entry),
      }),
    ]);
    await startMappings({
      program,
      pools: this.#pools,
      client,
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
    for (const client of this.#clients) client.destroy();
  }

  /** What did start is remembered before anything that did not is reported, so that all of it can be stopped. */
  async #startServices(): Promise<[Sqs, Bus, Dynamo]> {
    const remember = <T extends { stop(): Promise<void> }>(service: T) => {
      this.#services.push(service);
      return service;
    };
    const starting = [startSqs().then(remember), Bus.start().then(remember), startDynamo().then(remember)] as const;
    await Promise.allSettled(starting);
    return Promise.all(starting);
  }

  #sqsClient(args: { endpoint: string; region: string }): SQSClient {
    const client = new SQSClient({
      ...args,
      credentials: CREDENTIALS,
      requestHandler: { httpsAgent: {}, httpAgent: { maxSockets: 200 } },
    });
    this.#clients.push(client);
    return client;
  }

  #dynamoClient(args: { endpoint: string; region: string }): DynamoDBClient {
    const client = new DynamoDBClient({ ...args, credentials: CREDENTIALS });
    this.#clients.push(client);
    return client;
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

function environmentFor({ endpoints, region }: { endpoints: Endpoints; region: string }): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
  };
}

function resourceOf({ resources, name }: { resources: Record<string, Record<string, unknown>>; name: string }) {
  const properties = resources[name];
  if (!properties) throw new LocalError(`No component of the stacks is called "${name}".`);
  return properties;
}
