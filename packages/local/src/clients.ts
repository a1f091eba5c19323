import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { LocalError } from "./errors.ts";

export interface Endpoints {
  sqs: string;
  eventBridge: string;
  dynamoDb: string;
}

const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** A poll waits on its connection for 20 s, and every queue has one. */
const MAXIMUM_SOCKETS = 200;

/** What an AWS SDK client needs in its environment to find the local services. */
export function environmentFor({ endpoints, region }: { endpoints: Endpoints; region: string }) {
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

/** Where another run has its services, by what it gave to functions. */
export function endpointsIn(environment: Readonly<Record<string, string>>): Endpoints {
  const { AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_EVENTBRIDGE, AWS_ENDPOINT_URL_DYNAMODB } = environment;
  if (!AWS_ENDPOINT_URL_SQS || !AWS_ENDPOINT_URL_EVENTBRIDGE || !AWS_ENDPOINT_URL_DYNAMODB)
    throw new LocalError("The environment is not that of a local run.");
  return {
    sqs: AWS_ENDPOINT_URL_SQS,
    eventBridge: AWS_ENDPOINT_URL_EVENTBRIDGE,
    dynamoDb: AWS_ENDPOINT_URL_DYNAMODB,
  };
}

/** The clients that stand for AWS itself: they create what the stacks declare, poll for functions, deliver for the bus. */
export class Clients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;

  constructor({ endpoints, region }: { endpoints: Endpoints; region: string }) {
    this.sqs = new SQSClient({
      region,
      endpoint: endpoints.sqs,
      credentials: CREDENTIALS,
      requestHandler: { httpAgent: { maxSockets: MAXIMUM_SOCKETS } },
    });
    this.dynamoDb = new DynamoDBClient({ region, endpoint: endpoints.dynamoDb, credentials: CREDENTIALS });
    this.eventBridge = new EventBridgeClient({ region, endpoint: endpoints.eventBridge, credentials: CREDENTIALS });
  }

  destroy(): void {
    this.sqs.destroy();
    this.dynamoDb.destroy();
    this.eventBridge.destroy();
  }
}
