import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";

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

/** The clients that stand for AWS itself: they create what the stacks declare, poll for functions, deliver for the bus. */
export class Clients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;

  constructor({ endpoints, region }: { endpoints: Endpoints; region: string }) {
    this.sqs = new SQSClient({
      region,
      endpoint: endpoints.sqs,
      credentials: CREDENTIALS,
      requestHandler: { httpAgent: { maxSockets: MAXIMUM_SOCKETS } },
    });
    this.dynamoDb = new DynamoDBClient({ region, endpoint: endpoints.dynamoDb, credentials: CREDENTIALS });
  }

  destroy(): void {
    this.sqs.destroy();
    this.dynamoDb.destroy();
  }
}
