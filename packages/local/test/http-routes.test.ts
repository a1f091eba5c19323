import { describe, expect, it } from "vitest";
import { findRoute } from "../src/http/routes.ts";

const routes = [
  "$default",
  "ANY /calls",
  "GET /calls",
  "GET /calls/{tid}",
  "GET /calls/{tid}/parts",
  "GET /calls/latest",
  "ANY /{all+}",
].map((routeKey) => ({ routeKey, functionName: routeKey }));

describe("a request takes the most specific route", () => {
  it.each([
    ["GET", "/calls", "GET /calls", undefined],
    ["POST", "/calls", "ANY /calls", undefined],
    ["GET", "/calls/latest", "GET /calls/latest", undefined],
    ["GET", "/calls/7", "GET /calls/{tid}", { tid: "7" }],
    ["GET", "/calls/7/parts", "GET /calls/{tid}/parts", { tid: "7" }],
    ["GET", "/calls/7/other", "ANY /{all+}", { all: "calls/7/other" }],
    ["POST", "/calls/7", "ANY /{all+}", { all: "calls/7" }],
    ["GET", "/", "$default", undefined],
  ])("%s %s: %s", (method, path, routeKey, pathParameters) => {
    expect(findRoute({ routes, method, path })).toEqual({ routeKey, functionName: routeKey, pathParameters });
  });

  it("or none", () => {
    expect(findRoute({ routes: routes.slice(1, 3), method: "GET", path: "/other" })).toBeUndefined();
  });
});
