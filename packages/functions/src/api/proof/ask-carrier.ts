import { answered, asking, QUESTIONS_PER_SECOND, standingOf } from "@promptcall/core/acceptance/proof";
import type { ProofRecord } from "@promptcall/core/contracts/records/proof";
import { hmac, type Keys } from "@promptcall/core/security/keys";
import { askWithinRate, type CarrierRatePorts } from "../../messages/ask-within-rate.ts";
import type { Carrier } from "../../ports/carrier.ts";
import type { Proofs, Questions } from "../../ports/proofs.ts";

export interface AskCarrierPorts extends CarrierRatePorts {
  readonly carrier: Pick<Carrier, "takes">;
  readonly proofs: Proofs;
  readonly questions: Questions;
  readonly statusKeys: Keys;
}

/** A credential that nobody here can judge. */
export interface Question {
  /** What it is remembered by, as a keyed hash. */
  readonly subject: string;
  readonly owner: string;
  /** A JWT that the carrier takes if the credential is genuine. */
  readonly jwt: () => Promise<{ readonly jwt: string; readonly expiresAtMs: number }>;
}

export type CarrierAnswer = "yes" | "no" | "too_many" | "no_answer";

/** How long a request waits for the carrier's answer, or for that to somebody else who asks the same. */
const PATIENCE_MS = 3_000;
/** How long of this for the carrier's rate, which is shared with those who ask about calls. */
const RATE_PATIENCE_MS = 1_000;
const LOOK_AGAIN_MS = 100;

/** Asks the carrier about a credential once, however many requests bring it, and remembers what it says. */
export async function askCarrier(question: Question, ports: AskCarrierPorts): Promise<CarrierAnswer> {
  const { proofs, clock, statusKeys } = ports;
  const hash = hmac(statusKeys[0]).update(`credential/${question.subject}`).digest("base64url");
  const byMs = clock.now().getTime() + PATIENCE_MS;
  for (;;) {
    const seen = await proofs.read(hash);
    const nowMs = clock.now().getTime();
    const standing = standingOf(seen, nowMs);
    switch (standing) {
      case "yes":
      case "no":
        return standing;
      case "open": {
        const mark = asking(nowMs);
        if (await proofs.write(hash, { seen, next: mark })) return await ask({ ...question, hash, mark, byMs }, ports);
        break;
      }
      case "asking":
        await clock.waitUntil(nowMs + LOOK_AGAIN_MS);
        break;
      default:
        standing satisfies never;
    }
    if (nowMs >= byMs) return "no_answer";
  }
}

/** Whatever comes of it, those who wait for the answer hear of it. */
async function ask(
  { owner, jwt, hash, mark, byMs }: Question & { hash: string; mark: ProofRecord; byMs: number },
  ports: AskCarrierPorts,
): Promise<CarrierAnswer> {
  const { proofs, carrier, clock } = ports;
  const remember = (next: ProofRecord | undefined) => proofs.write(hash, { seen: mark, next });
  try {
    if (!(await mayAsk(owner, ports))) {
      await remember(undefined);
      return "too_many";
    }
    const { jwt: credential, expiresAtMs: credentialUntilMs } = await jwt();
    const takes = () => carrier.takes(credential, byMs - clock.now().getTime());
    const said = await askWithinRate({ owner, longestWaitMs: RATE_PATIENCE_MS, ask: takes }, ports);
    const isAnswer = said === "yes" || said === "no";
    await remember(isAnswer ? answered(said, { nowMs: clock.now().getTime(), credentialUntilMs }) : undefined);
    if (isAnswer) return said;
    return said === "no_room" ? "too_many" : "no_answer";
  } catch (error) {
    // Should this fail, too, they wait until who asks must be dead.
    await remember(undefined).catch(() => {});
    throw error;
  }
}

/** Of an owner first: one whose name is taken in vain does not use up what there is for all. */
async function mayAsk(owner: string, { questions, clock }: AskCarrierPorts): Promise<boolean> {
  const atMs = clock.now().getTime();
  return (
    (await questions.count({ scope: owner, atMs, most: QUESTIONS_PER_SECOND.owner })) &&
    (await questions.count({ scope: "all", atMs, most: QUESTIONS_PER_SECOND.all }))
  );
}
