import { expect, it } from "vitest";
import { masked } from "../masked.ts";

it("hides the numbers of a result as JSON, and nothing else of it", () => {
  const call = {
    tid: "3b241101-e2bb-4255-8caf-4136c566a962",
    to: "+447700900000",
    from: "447700900999",
    price: "0.01234567",
  };
  const shown = { ...call, to: "+44•••0000", from: "+44•••0999" };
  expect(JSON.parse(masked(JSON.stringify({ data: call }), null))).toEqual({ data: shown });
});

it.each(["+447700900000", "447700900000", "+44 7700 900000"])("hides %s in a form, however it is written", (to) => {
  const form = new URLSearchParams({ tid: "t", to, status: "ok" }).toString();
  expect(masked(form, to)).toBe("tid=t&to=+44•••0000&status=ok");
});
