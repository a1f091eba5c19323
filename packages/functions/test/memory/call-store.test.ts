import { expect, it } from "vitest";
import { ConflictError } from "../../src/errors.ts";
import { after, claim, queued, spec, TID } from "../given.ts";
import { memoryCallStore } from "./call-store.ts";

it("the twin of the table takes a save from the version that was read, once", async () => {
  const calls = memoryCallStore();
  await calls.create({ spec: spec(), call: queued() });
  const dialing = after(queued(), claim());
  await calls.save({ call: dialing, version: 1 });
  await expect(calls.save({ call: queued(), version: 1 })).rejects.toEqual(new ConflictError(TID));
  expect(await calls.state(TID)).toEqual({ call: dialing, version: 2 });
});

it("the twin of the table hands out copies", async () => {
  const calls = memoryCallStore();
  const written = spec();
  await calls.create({ spec: written, call: queued() });
  expect(await calls.spec(TID)).toEqual(written);
  expect(await calls.spec(TID)).not.toBe(written);
});
