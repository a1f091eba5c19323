import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PartialFailureError } from "../../src/errors.ts";
import { bus } from "../../src/eventbridge/bus.ts";
import { at, event, TID } from "../given.ts";

const eventBridge = mockClient(EventBridgeClient);
beforeEach(() => {
  eventBridge.reset();
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const { publish } = bus({ client: new EventBridgeClient({ region: "eu-west-1" }), busName: "calls" });
const dialed = (second: number) => event(second, "call.dialed", { uuid: `uuid-${second}` });
const taken = { EventId: "id" };
const failed = { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };

/** Which events each request carried, by the second they are of. */
const requests = () =>
  eventBridge
    .commandCalls(PutEventsCommand)
    .map(({ args: [{ input }] }) => input.Entries?.map(({ Detail }) => JSON.parse(Detail ?? "").metadata.id));

describe("publishing", () => {
  it("puts an event on the bus in the form its rules and subscribers expect", async () => {
    eventBridge.resolves({ FailedEntryCount: 0, Entries: [taken] });
    await publish([dialed(3)]);
    expect(eventBridge.calls().map(({ args: [command] }) => command.input)).toEqual([
      {
        Entries: [
          {
            EventBusName: "calls",
            Source: "promptcall",
            DetailType: "call.dialed",
            Time: new Date(at(3)),
            Detail: JSON.stringify({
              metadata: { id: "event-3", version: 1, tid: TID, application_id: "app", time: at(3) },
              data: { uuid: "uuid-3" },
            }),
          },
        ],
      },
    ]);
  });

  it("sends again what the bus did not take, and only that", async () => {
    eventBridge
      .resolvesOnce({ FailedEntryCount: 2, Entries: [failed, taken, failed] })
      .resolvesOnce({ FailedEntryCount: 1, Entries: [taken, failed] })
      .resolves({ FailedEntryCount: 0, Entries: [taken] });
    const published = publish([dialed(1), dialed(2), dialed(3)]);
    await vi.runAllTimersAsync();
    await published;
    expect(requests()).toEqual([["event-1", "event-2", "event-3"], ["event-1", "event-3"], ["event-3"]]);
  });

  it("fails when the bus does not take an event however often it is sent", async () => {
    eventBridge.resolves({ FailedEntryCount: 1, Entries: [failed] });
    const refused = expect(publish([dialed(1)])).rejects.toEqual(
      new PartialFailureError("the bus did not take 1 event(s)"),
    );
    await vi.runAllTimersAsync();
    await refused;
    expect(eventBridge.calls()).toHaveLength(11);
  });

  it("fails when the bus does not answer for every event", async () => {
    eventBridge.resolves({ FailedEntryCount: 0, Entries: [] });
    const refused = expect(publish([dialed(1)])).rejects.toThrow(PartialFailureError);
    await vi.runAllTimersAsync();
    await refused;
  });

  it("takes as many requests as the events need, ten to each, in order", async () => {
    eventBridge.callsFake(({ Entries }) => ({ FailedEntryCount: 0, Entries: Entries.map(() => taken) }));
    const seconds = Array.from({ length: 23 }, (_, index) => index);
    await publish(seconds.map(dialed));
    expect(requests().map((ids) => ids?.length)).toEqual([10, 10, 3]);
    expect(requests().flat()).toEqual(seconds.map((second) => `event-${second}`));
  });

  it("of nothing asks nothing", async () => {
    await publish([]);
    expect(eventBridge.calls()).toEqual([]);
  });
});
