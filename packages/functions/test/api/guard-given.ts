import type { ApplicationGuard } from "@promptcall/core/contracts/guard";
import type { Guard } from "@promptcall/core/contracts/settings/guard";
import { expect } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import { epoch, jwt, SETTINGS } from "../given.ts";
import { answerOf, apiFixture, conforming, json, PARAMETERS } from "./given.ts";

/** An api whose stage, or the application that asks it, has these rules. */
export function guarded({
  stage = {},
  application = {},
}: {
  stage?: Partial<Guard>;
  application?: ApplicationGuard;
} = {}) {
  const { fixture } = apiFixture();
  const { read } = fixture.applications;
  const applications = {
    ...fixture.applications,
    read: async (applicationId: string) => ({ ...(await read(applicationId)), guard: application }),
  };
  const ports = { ...fixture, applications, settings: { ...SETTINGS, guard: { ...SETTINGS.guard, ...stage } } };
  return { fixture, app: conforming(apiApp(ports)) };
}

/** A credential that outlasts the limits. */
export const LASTING = {
  authorization: `Bearer ${jwt({ application_id: "app", iat: epoch(0), exp: epoch(86_400) })}`,
};

export type Api = ReturnType<typeof guarded>;

export const call = async ({ app }: Api, more: object = {}, headers = {}) =>
  await answerOf(await app.request("/call", json({ ...PARAMETERS, ...more }, { ...LASTING, ...headers })));

export const statusOf = async (api: Api, more: object = {}, headers = {}) => (await call(api, more, headers)).status;

export function isUntouched({ fixture }: Api) {
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  expect([fixture.dial.sent, fixture.bus.published, fixture.bus.trips]).toEqual([[], [], []]);
}

export const refusal = (status: 403 | 429, code: string) => ({
  status,
  body: expect.objectContaining({ type: `urn:promptcall:problem:${code}`, status }),
});

export const PREMIUM = "+449098790000";
export const SATELLITE = "+881612345678";
