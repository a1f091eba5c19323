import { computed, signal } from "@preact/signals";
import { nowMs } from "./clock.ts";

/** What the local run gives to try with. Where a real carrier is called, credential and numbers are the reader's own. */
export interface Local {
  readonly carrier: "simulated" | "vonage";
  readonly authorization?: string;
  readonly from?: string;
  readonly phone?: string;
  readonly callback: string;
  readonly speed: number;
}

/** Undefined until it is known whether the page is served by a local run; null for a deployed stage. */
export const local = signal<Local | null | undefined>(undefined);

/** In memory alone: gone when the page is closed or loaded again. */
const given = signal<{ readonly authorization: string; readonly endsAt: number } | undefined>(undefined);

export const authorization = computed(() => local.value?.authorization ?? given.value?.authorization);
/** Whether calls of this local run ring real phones. */
export const isReal = computed(() => local.value?.carrier === "vonage");
export const credentialEndsAt = computed(() => given.value?.endsAt);

/** What has to be done before anything can be asked for an application. */
export const lackingCredential = computed((): string | undefined => {
  if (authorization.value === undefined) return "Give a credential first.";
  const endsAt = credentialEndsAt.value;
  return endsAt !== undefined && nowMs.value >= endsAt ? "The credential has ended. Give a new one." : undefined;
});

/** Names this tab among those that could answer the phone. */
export const tab = crypto.randomUUID();

/** It has ended: a new one is needed. */
export function dropCredential(): void {
  given.value = undefined;
}

export function useCredential(jwt: string): string | undefined {
  const parts = jwt.trim().split(".");
  if (parts.length !== 3) return `This is not a JWT: it has ${parts.length} parts, a JWT has 3.`;
  const endsAt = endOf(parts[1] ?? "");
  if (endsAt === undefined) return "This is not a JWT: its middle part is not JSON.";
  given.value = { authorization: `Bearer ${jwt.trim()}`, endsAt };
  return undefined;
}

function endOf(payload: string): number | undefined {
  try {
    const { exp, iat } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return (exp ?? iat + 900) * 1_000;
  } catch {
    return undefined;
  }
}

const learned = Promise.withResolvers<void>();

/** Nobody is asked before it is known with which credential. */
export const isLearned: Promise<void> = learned.promise;

export async function learnLocal(): Promise<void> {
  const response = await fetch("/_local/credential").catch(() => undefined);
  local.value = response?.ok === true ? ((await response.json()) as Local) : null;
  learned.resolve();
}
