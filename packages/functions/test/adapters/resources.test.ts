import { Resource } from "sst";
import { describe, expect, it, onTestFinished } from "vitest";
import * as links from "../../src/adapters/resources.ts";
import { ConfigurationError } from "../../src/errors.ts";
import { SETTINGS } from "../given.ts";

function link(resources: Readonly<Record<string, unknown>>): void {
  Object.assign(Resource, resources);
  onTestFinished(() => {
    for (const name of Object.keys(resources)) Reflect.deleteProperty(Resource, name);
  });
}

describe("the links of a function", () => {
  it("give their names, addresses and settings", () => {
    link({
      Calls: { name: "calls", type: "sst.aws.Dynamo" },
      Bus: { name: "bus", arn: "arn" },
      DialQueue: { url: "https://sqs.example/dial" },
      WebhookUrl: { url: "https://hooks.example" },
      Settings: SETTINGS,
    });
    expect({
      table: links.tableName(),
      bus: links.busName(),
      queue: links.queueUrl("DialQueue"),
      webhooks: links.webhookBaseUrl(),
      settings: links.settings(),
    }).toEqual({
      table: "calls",
      bus: "bus",
      queue: "https://sqs.example/dial",
      webhooks: "https://hooks.example",
      settings: SETTINGS,
    });
  });

  it("give keys as their 32 bytes", () => {
    const bytes = Buffer.alloc(32, 9);
    link({ PinKey: { value: bytes.toString("base64url") } });
    expect(links.key("PinKey")).toEqual(bytes);
  });
});

describe("a link", () => {
  it("that is missing fails by name", () => {
    expect(() => links.queueUrl("DialQueue")).toThrow(
      new ConfigurationError("this function is not linked to DialQueue"),
    );
  });

  it("of another form fails by name and field, without the value", () => {
    link({ PinKey: { value: "too short" }, Settings: { ...SETTINGS, retentionDays: -1 } });
    expect(() => links.key("PinKey")).toThrow(
      new ConfigurationError("the linked resource PinKey has another form than expected: value"),
    );
    expect(() => links.settings()).toThrow(
      new ConfigurationError("the linked resource Settings has another form than expected: retentionDays"),
    );
  });
});
