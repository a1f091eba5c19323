const MEBIBYTE = 1024 * 1024;

/**
 * What AWS refuses by size, number or time. fauxqs and dynalite keep most of those of SQS and DynamoDB by themselves;
 * `test/limits-*.test.ts` hold every one of them to its number.
 */
export const LIMITS = {
  /**
   * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB each way for a synchronous invocation.
   * The numbers are those of Lambda's own refusals: they count the whole event or answer as JSON, base64 as it stands there.
   */
  lambda: {
    requestBytes: 6_291_456,
    responseBytes: 6_291_556,
    timeoutSeconds: 900,
    /**
     * How long a batch may be waited for on a quiet queue whose mapping has a window, however short the window is.
     * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
     */
    quietQueueSeconds: 20,
    /**
     * Of one function, unless its recursion is allowed: "approximately 16 times in the same chain of requests".
     * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
     */
    invocationsInChain: 16,
    environmentBytes: 4 * 1024,
    /** Of an account that has been in use for a while; a new one has ten. */
    concurrency: 1_000,
    /**
     * What must stay for functions that have reserved none; all there is, in an account that has less.
     * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
     */
    unreservedConcurrency: 100,
  },
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
  gateway: {
    bodyBytes: 10 * MEBIBYTE,
    /** The request line and the values of all headers, their names not counted. */
    headerBytes: 10_240,
    timeoutSeconds: 30,
  },
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html, sqs-batch-api.html */
  sqs: {
    messageBytes: MEBIBYTE,
    batchBytes: MEBIBYTE,
    batchEntries: 10,
    /** Of a queue that does not say: not SQS's default but the one that Pulumi's provider sets, `maxMessageSize`. */
    undeclaredMessageBytes: 256 * 1024,
  },
  /**
   * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html. An entry may fill the whole request:
   * https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb
   */
  eventBridge: { requestBytes: MEBIBYTE, entries: 10 },
  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
  dynamoDb: {
    itemBytes: 400 * 1024,
    batchGetKeys: 100,
    batchWriteItems: 25,
    requestBytes: 16 * MEBIBYTE,
    /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html: a new table's. */
    warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 },
  },
} as const;
