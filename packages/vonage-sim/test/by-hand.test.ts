import { describe, expect, it } from "vitest";
import { ask, place, startReceiver, startRig, talk } from "./support.ts";

const MINE = "447700900011";
const isAtHand = (number: string) => number.endsWith("11");

/** A call that rings at somebody who sits here. */
async function ringing({ answer = () => ({ json: [talk("Thank you")] }) } = {}) {
  const rig = await startRig({ isAtHand });
  const receiver = await startReceiver(({ path }) => (path === "/digits" ? answer() : undefined));
  const ncco = ask(`${receiver.url}/digits`);
  const { uuid } = await place(rig.voice, MINE, { ncco, event_url: [`${receiver.url}/events`] });
  await rig.until((call) => call.uuid === uuid && call.status === "ringing");
  return { ...rig, receiver, uuid };
}

describe("a call that rings at somebody who sits here", () => {
  it("is answered, keyed into and hung up by hand", async () => {
    const { sim, until, finished, receiver, uuid } = await ringing();
    expect(sim.byHand(uuid, { act: "answer" })).toBe(true);
    for (const key of ["1", "2", "3"]) expect(sim.byHand(uuid, { act: "key", key })).toBe(true);
    expect(sim.calls()).toMatchObject([{ status: "answered", atHand: true, keyed: 3, digits: [] }]);
    sim.byHand(uuid, { act: "key", key: "4" });
    await until(({ ncco }) => ncco.some((action) => action.action === "talk" && action.text === "Thank you"));
    expect(sim.byHand(uuid, { act: "hang_up" })).toBe(true);
    expect(await finished(uuid)).toMatchObject({
      status: "completed",
      digits: ["1234"],
      keyed: 0,
      disconnectedBy: "user",
    });
    expect(receiver.at("/digits")).toMatchObject([{ body: { dtmf: { digits: "1234", timed_out: false } } }]);
  });

  it.each(["decline", "hang_up"] as const)("is declined by %s before it is answered", async (act) => {
    const { sim, finished, uuid } = await ringing();
    expect(sim.byHand(uuid, { act })).toBe(true);
    expect(await finished(uuid)).toMatchObject({ status: "rejected", summary: { duration: "0" } });
  });

  it("takes no keys while it rings, and nothing once it is over", async () => {
    const { sim, finished, uuid } = await ringing();
    expect(sim.byHand(uuid, { act: "key", key: "1" })).toBe(false);
    sim.byHand(uuid, { act: "decline" });
    await finished(uuid);
    for (const act of ["answer", "decline", "hang_up"] as const) expect(sim.byHand(uuid, { act })).toBe(false);
  });

  it("takes its time whatever the speed: after an answer the clock of others is far ahead", async () => {
    const { sim, voice, finished, uuid } = await ringing();
    sim.byHand(uuid, { act: "answer" });
    const other = await place(voice, "447700900006", { ncco: [talk("Good morning")] });
    // Sixty seconds of ringing, of which this one knows less than one.
    await finished(other.uuid);
    expect(sim.calls()[0]).toMatchObject({ status: "answered", atHand: true });
  });

  it("is busy to a second call", async () => {
    const { voice, finished } = await ringing();
    const second = await place(voice, "447700901111", { ncco: [talk("Good morning")] });
    expect(await finished(second.uuid)).toMatchObject({
      status: "completed",
      atHand: false,
      summary: { duration: "0" },
    });
  });

  it("is somebody else's where nobody sits here", async () => {
    const { voice, sim, finished } = await startRig();
    const { uuid } = await place(voice, MINE, { ncco: [talk("Good morning")] });
    expect(await finished(uuid)).toMatchObject({ atHand: false });
    expect(sim.byHand(uuid, { act: "answer" })).toBe(false);
  });
});
