import type { Registration, Resource } from "../graph.ts";
import { lookUp } from "./lookups.ts";

export const ACCOUNT_ID = "123456789012";

interface MockResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  id?: string;
}

/** Answers for AWS: each resource exists at once, under the ARN and address that AWS would give it. */
export class Mocks {
  readonly resources: Omit<Resource, keyof Registration>[] = [];
  readonly #region: string;

  constructor({ region }: { region: string }) {
    this.#region = region;
  }

  newResource({ type, name, inputs: wrapped, id }: MockResource): { id: string; state: Record<string, unknown> } {
    const inputs = unwrapped(wrapped) as Record<string, unknown>;
    // What is looked up is there already, under the id by which it is.
    const isLookedUp = id !== undefined && id !== "";
    const physicalName = String(isLookedUp ? id : (inputs.name ?? inputs.functionName ?? name));
    const given = this.#identity({ type, name: physicalName, inputs });
    const { arn } = given.state;
    this.resources.push({ type, name, ...(typeof arn === "string" && { arn }), inputs, isLookedUp });
    return { id: given.id ?? physicalName, state: { name: physicalName, ...inputs, ...given.state } };
  }

  call({ token, inputs }: { token: string; inputs: Record<string, unknown> }): Record<string, unknown> {
    return lookUp({ token, inputs, region: this.#region, accountId: ACCOUNT_ID });
  }

  #identity(args: { type: string; name: string; inputs: Record<string, unknown> }): {
    id?: string;
    state: Record<string, unknown>;
  } {
    const { type, name, inputs } = args;
    const arn = (service: string, resource: string) => `arn:aws:${service}:${this.#region}:${ACCOUNT_ID}:${resource}`;
    switch (type) {
      case "aws:sqs/queue:Queue": {
        const url = `https://sqs.${this.#region}.amazonaws.com/${ACCOUNT_ID}/${name}`;
        return { id: url, state: { arn: arn("sqs", name), url } };
      }
      case "aws:cloudwatch/eventBus:EventBus":
        return { state: { arn: arn("events", `event-bus/${name}`) } };
      case "aws:cloudwatch/eventRule:EventRule":
        return { state: { arn: arn("events", `rule/${String(inputs.eventBusName)}/${name}`) } };
      case "aws:cloudwatch/logGroup:LogGroup":
        return { state: { arn: arn("logs", `log-group:${name}`) } };
      case "aws:cloudwatch/metricAlarm:MetricAlarm":
        return { state: { arn: arn("cloudwatch", `alarm:${name}`) } };
      case "aws:dynamodb/table:Table":
        return { state: { arn: arn("dynamodb", `table/${name}`), streamArn: "" } };
      case "aws:iam/role:Role":
        return { state: { arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}` } };
      case "aws:lambda/function:Function":
        return { state: functionState(arn("lambda", `function:${name}`)) };
      case "aws:lambda/functionUrl:FunctionUrl":
        return { state: { functionUrl: `https://${name.toLowerCase()}.lambda-url.${this.#region}.on.aws/` } };
      case "aws:apigatewayv2/api:Api":
        return {
          state: {
            arn: arn("apigateway", `/apis/${name}`),
            apiEndpoint: `https://${name.toLowerCase()}.execute-api.${this.#region}.amazonaws.com`,
            executionArn: arn("execute-api", name),
          },
        };
      case "aws:apigatewayv2/domainName:DomainName": {
        const target = `d-${name}.execute-api.${this.#region}.amazonaws.com`;
        const own = { targetDomainName: target, hostedZoneId: "ZGATEWAY" };
        return {
          id: String(inputs.domainName),
          state: { domainNameConfiguration: { ...(inputs.domainNameConfiguration as object), ...own } },
        };
      }
      case "aws:acm/certificate:Certificate":
        return {
          state: {
            arn: arn("acm", `certificate/${name}`),
            domainValidationOptions: [
              {
                domainName: inputs.domainName,
                resourceRecordName: `_proof.${String(inputs.domainName)}.`,
                resourceRecordType: "CNAME",
                resourceRecordValue: "_proof.acm-validations.aws.",
              },
            ],
          },
        };
      // The one that SST has for AWS looks for the zone of a domain.
      case "pulumi-nodejs:dynamic:Resource":
        return { state: { zoneId: "ZDOMAIN" } };
      case "aws:sns/topic:Topic":
        return { id: arn("sns", name), state: { arn: arn("sns", name) } };
      case "aws:kms/key:Key":
        return { state: { arn: arn("kms", `key/${name}`), keyId: name } };
      case "random:index/randomBytes:RandomBytes":
        return { state: { base64: Buffer.alloc(Number(inputs.length)).toString("base64"), hex: "" } };
      default:
        return { state: { arn: arn(type.split(/[:/]/)[1] ?? "", name) } };
    }
  }
}

/** By this key Pulumi knows a value as secret when it travels. */
const SECRET = "4dabf18193072939515e22adb298388d";

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

function functionState(arn: string): Record<string, unknown> {
  const region = arn.split(":")[3];
  const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { arn, invokeArn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" };
}
