import { describe, expect, it } from "vitest";
import { chainOf } from "../src/functions/lineage.ts";

const ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793";
const FIRST = { traceHeaders: [], functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:first" };
const SECOND = { traceHeaders: [], functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:second" };

const after = (times: number, { of = FIRST, from = [] as string[] } = {}): string[] => {
  let traceHeaders: string[] = from;
  for (let nth = 0; nth < times; nth += 1) traceHeaders = [chainOf({ ...of, traceHeaders }).traceHeader];
  return traceHeaders;
};

describe("a chain of invocations", () => {
  it("begins where nothing has led to it, with a header as AWS writes it", () => {
    expect(chainOf(FIRST)).toEqual({
      invocations: 1,
      traceHeader: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:0$/,
      ),
    });
  });

  it("counts one function's, and each function's apart", () => {
    const traceHeaders = after(2, { of: SECOND, from: after(3) });
    expect(chainOf({ ...FIRST, traceHeaders }).invocations).toBe(4);
    expect(chainOf({ ...SECOND, traceHeaders }).invocations).toBe(3);
  });

  it("keeps its root", () => {
    expect(chainOf({ ...FIRST, traceHeaders: [`Sampled=1;${ROOT}`] }).traceHeader).toContain(`${ROOT};`);
  });

  it("is the longest of those in a batch, function by function", () => {
    const traceHeaders = [...after(5), ...after(2, { of: SECOND }), ...after(7), "nonsense", `${ROOT};Lineage=0:x|`];
    expect(chainOf({ ...FIRST, traceHeaders }).invocations).toBe(8);
    expect(chainOf({ ...SECOND, traceHeaders }).invocations).toBe(3);
  });

  it("of ten functions is a header that X-Ray takes: at most 256 characters", () => {
    const functions = Array.from({ length: 10 }, (_, index) => ({ ...FIRST, functionArn: `arn:${index}` }));
    const traceHeaders = functions.reduce((from, of) => after(16, { of, from }), [] as string[]);
    expect(traceHeaders[0]?.length).toBeLessThanOrEqual(256);
  });
});
