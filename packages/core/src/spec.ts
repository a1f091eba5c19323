/** What becomes of a call that an answering machine takes; without it, the carrier does not look for one. */
export const MACHINE_DETECTIONS = ["continue", "hangup"] as const;
export type MachineDetection = (typeof MACHINE_DETECTIONS)[number];

/** What was asked for: written once, never changed. The PIN itself is nowhere in it. */
export interface CallSpec {
  readonly tid: string;
  readonly applicationId: string;
  /** As the customer wrote it; it comes back in the result like that. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly byeText?: string;
  readonly failedText?: string;
  /** HMAC of the PIN, bound to this call. */
  readonly pinHash: string;
  /** The id of the key it was made with; absent from calls that were accepted when there was but one. */
  readonly pinKeyId?: string;
  readonly pinLength: number;
  readonly attemptsAllowed: number;
  readonly machineDetection?: MachineDetection;
  readonly callback: { readonly url: string; readonly method: "GET" | "POST" };
  readonly acceptedAt: string;
  /** When it is too late to dial; absent from calls that were accepted when that was an hour after, for all. */
  readonly expiresAt?: string;
  /** The batch it came in, and its place there. */
  readonly batch?: { readonly id: string; readonly index: number };
  /** The customer's own name for it, which comes back in the result. */
  readonly reference?: string;
}
