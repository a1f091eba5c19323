import { retentionDays, verboseEvents } from "@promptcall/core/contracts/settings/stage";
import { TimerSettings } from "@promptcall/core/contracts/settings/timers";
import { Resource } from "sst/resource";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import * as links from "../../src/runtime/resources.ts";
import { SETTINGS } from "../given.ts";

function link(resources: Readonly<Record<string, unknown>>): void {
  Object.assign(Resource, resources);
  onTestFinished(() => {
    for (const name of Object.keys(resources)) Reflect.deleteProperty(Resource, name);
  });
}

describe("the links of a function", () => {
  it("give their names, addresses and the settings that are named", () => {
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
      settings: links.settings({ timers: TimerSettings, verboseEvents }),
    }).toEqual({
      table: "calls",
      bus: "bus",
      queue: "https://sqs.example/dial",
      webhooks: "https://hooks.example",
      settings: { timers: SETTINGS.timers, verboseEvents: SETTINGS.verboseEvents },
    });
  });
});

describe("the table", () => {
  it.each(["Calls", "CallsRead", "CallsFold", "CallsDeliver"])(
    "is that of whichever link the function has: %s",
    (name) => {
      link({ [name]: { name: "calls" } });
      expect(links.tableName()).toBe("calls");
    },
  );

  it("is missed by its name where the function has no link to it", () => {
    expect(() => links.tableName()).toThrow(new ConfigurationError("this function is not linked to Calls"));
  });
});

describe("the keys of a secret", () => {
  const [first, second, third] = [Buffer.alloc(32, 251), Buffer.alloc(32, 252), Buffer.alloc(32, 9)] as const;
  const [current, previous] = [first.toString("base64url"), second.toString("base64url")];
  const failure = (value: string) => {
    link({ PinKey: { value } });
    try {
      return links.keys("PinKey");
    } catch (error) {
      return error;
    }
  };

  it("are their 32 bytes each, in the order in which they are written", () => {
    link({ PinKey: { value: current }, SealKey: { value: `${third.toString("base64url")} ${current} ${previous}` } });
    expect(links.keys("PinKey")).toEqual([first]);
    expect(links.keys("SealKey")).toEqual([third, first, second]);
  });

  it.each([
    ["a space", `${current} ${previous}`],
    ["a comma", `${current},${previous}`],
    ["both", `${current}, ${previous}`],
    ["lines, the last one ended as a file ends", `${current}\n${previous}\n`],
    ["anything of these, and around them", `\t, ${current} ,\r\n${previous},, `],
  ])("may be apart by %s", (_, value) => {
    expect(failure(value)).toEqual([first, second]);
  });

  it.each(["", " \n", ","])("are at least one: %j fails by name", (value) => {
    expect(failure(value)).toEqual(new ConfigurationError("PinKey lists no key"));
  });

  it.each([
    ["too short", current.slice(1)],
    ["too long", `${current}A`],
    ["padded", `${current}=`],
    ["in the other base64", first.toString("base64").slice(0, 43)],
  ])("fail by name and place, without the value, when one is %s", (_, malformed) => {
    expect(failure(`${previous} ${malformed}`)).toEqual(
      new ConfigurationError("key 2 of PinKey is not 32 bytes in base64url"),
    );
  });

  it("fail by name and places, without the value, when two are the same, however they are written", () => {
    const again = new ConfigurationError("key 3 of PinKey is key 2 again");
    expect(failure(`${previous} ${current} ${current}`)).toEqual(again);
    // The last character has bits to spare.
    const respelled = current.replace(/s$/, "t");
    expect(Buffer.from(respelled, "base64url")).toEqual(first);
    expect(failure(`${previous} ${current} ${respelled}`)).toEqual(again);
  });
});

describe("a link", () => {
  it("that is missing fails by name", () => {
    expect(() => links.queueUrl("DialQueue")).toThrow(
      new ConfigurationError("this function is not linked to DialQueue"),
    );
  });

  it("of another form fails by name and field, without the value", () => {
    link({ PinKey: { secret: "value" }, Settings: { ...SETTINGS, retentionDays: -1 } });
    expect(() => links.keys("PinKey")).toThrow(
      new ConfigurationError("the linked resource PinKey has another form than expected: value"),
    );
    expect(() => links.settings({ retentionDays })).toThrow(
      new ConfigurationError("the linked resource Settings has another form than expected: retentionDays"),
    );
  });
});
