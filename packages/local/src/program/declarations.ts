import type { Output } from "./output.ts";
import type { Throughput } from "./table-throughput.ts";

export interface QueueDeclaration {
  name: string;
  physicalName: string;
  arn: string;
  settings: Promise<{
    visibilityTimeoutSeconds: number;
    messageRetentionSeconds: number;
    delaySeconds: number;
    maximumMessageBytes: number;
    redrive: { deadLetterArn: string; maxReceiveCount: number } | undefined;
  }>;
}

export interface KeySchema {
  hashKey: string;
  rangeKey?: string | undefined;
}

export interface TableSettings {
  fields: Record<string, "string" | "number" | "binary">;
  primaryIndex: KeySchema;
  globalIndexes: (KeySchema & { name: string; projection: "all" | "keys-only" | string[] })[];
  ttl: string | undefined;
  /** What it does at once from the start, where that is more than AWS gives a new table. */
  warmThroughput: Throughput | undefined;
}

export interface TableDeclaration {
  name: string;
  physicalName: string;
  settings: Promise<TableSettings>;
}

export interface FunctionSettings {
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  /** Names of linked components, and what `SST_RESOURCE_<name>` will hold. */
  links: Record<string, Record<string, unknown>>;
  /** What it may do to AWS, as IAM writes actions. */
  actions: string[];
  reservedConcurrency: number | undefined;
}

export interface FunctionDeclaration {
  name: string;
  physicalName: string;
  arn: string;
  /** Known without its links, which may be urls of functions. */
  linkNames: string[];
  settings: Promise<FunctionSettings>;
  url: { resolve: (url: string) => void; output: Output<string> } | undefined;
}

export interface MappingDeclaration {
  queue: string;
  functionName: string;
  settings: Promise<MappingSettings>;
}

export interface MappingSettings {
  batchSize: number;
  batchingWindowSeconds: number;
  maximumConcurrency: number | undefined;
  partialResponses: boolean;
}

export interface RuleDeclaration {
  name: string;
  physicalName: string;
  /** The component's name. */
  bus: string;
  settings: Promise<RuleSettings>;
}

export interface BusDeclaration {
  name: string;
  /** As AWS knows it. */
  busName: Promise<string>;
  /** Whether it is another app's, and only referred to. */
  referenced: boolean;
}

export interface RuleSettings {
  /** As AWS knows it. */
  busName: string;
  enabled: boolean;
  pattern: Record<string, unknown>;
  target: {
    arn: string;
    deadLetterArn: string | undefined;
    retryPolicy: { maximumRetryAttempts?: number; maximumEventAgeInSeconds?: number } | undefined;
  };
}

export interface ApiDeclaration {
  name: string;
  routes: { route: string; functionName: string }[];
  url: { resolve: (url: string) => void; output: Output<string> };
}

export interface RawDeclaration {
  type: string;
  name: string;
  args: Promise<unknown>;
}
