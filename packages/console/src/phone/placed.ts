import { batch, computed, signal } from "@preact/signals";
import { askJson, type Problem, ProblemError, sentenceOf } from "../data/api.ts";
import { row } from "../data/calls.ts";
import { phone } from "../data/live.ts";
import { isReal, local } from "../data/session.ts";

/** What the phone's form asks for. The PIN is here and in its field, and nowhere else; so are numbers of real people. */
export const form = signal({ to: "", from: "", pin: "1234", text: "Please enter your PIN.", failed: "", bye: "" });

/** How the last request stands. */
export const request = signal<
  | { readonly kind: "none" | "sending" }
  | { readonly kind: "accepted"; readonly tid: string }
  | { readonly kind: "refused"; readonly problem: Problem | undefined; readonly sentence: string }
>({ kind: "none" });

/** The call that the phone and the panels are about: the one that rings here, or else the one that was asked for. */
export const currentTid = computed(() => {
  const asked = request.value.kind === "accepted" ? request.value.tid : undefined;
  const rang = phone.value?.tid;
  return rang !== undefined && phone.value?.state !== "ended" ? rang : (asked ?? rang);
});

export const currentCall = computed(() => {
  const tid = currentTid.value;
  return tid === undefined ? undefined : row(tid)?.value;
});

/** The fields in the order in which the curl has them. */
export const fields = computed((): readonly (readonly [string, string])[] => {
  const given = local.value;
  const { to, from, pin, text, failed, bye } = form.value;
  const all: readonly (readonly [string, string])[] = [
    ["to", isReal.value ? to : (given?.phone ?? "447700900011")],
    ["from", isReal.value ? from : (given?.from ?? "447700900999")],
    ["pin_code", pin],
    ["text", text],
    ["failed_text", failed],
    ["bye_text", bye],
    ["reference", isReal.value ? "" : "your phone"],
    ["callback", given?.callback ?? ""],
  ];
  return all.filter(([, value]) => value !== "");
});

export function fieldError(name: string): string | undefined {
  if (request.value.kind !== "refused") return undefined;
  const error = request.value.problem?.errors.find(({ field }) => field === name);
  return error && `It ${error.wrong}.`;
}

export async function callMe(): Promise<void> {
  request.value = { kind: "sending" };
  try {
    const { tid } = await askJson<{ tid: string }>({
      method: "POST",
      path: "/call",
      body: new URLSearchParams(fields.value.map(([name, value]) => [name, value])),
    });
    batch(() => {
      request.value = { kind: "accepted", tid };
    });
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    request.value = { kind: "refused", problem, sentence: sentenceOf(error) };
  }
}
