import * as z from "zod/mini";
import { UNUSUAL_PRIORITIES } from "../priority.ts";
import { REGIONS } from "../regions.ts";
import {
  given,
  isTrue,
  type RecordOf,
  someNumber,
  someText,
  someTime,
  someWhole,
  text,
  time,
  whole,
} from "./fields.ts";
import { LocalTimeSchema } from "./local-time.ts";
import { RetrySchema } from "./retry.ts";

/** What the carrier does with a call that an answering machine takes. */
export const MACHINE_DETECTIONS = ["continue", "hangup"] as const;
export type MachineDetection = (typeof MACHINE_DETECTIONS)[number];

/** What is asked of the person in place of a PIN. */
export const OTHER_ASKS = ["press", "capture", "say"] as const;

/** Whether what is said waits for the carrier's judgement, and whether the carrier listens for a beep. */
export const ADVANCED_DETECTIONS = ["default", "detect", "detect_beep"] as const;

const AdvancedDetectionSchema = z.object({
  mode: z.enum(ADVANCED_DETECTIONS),
  /** How long the beep is waited for, in the modes that listen for one. */
  beepTimeoutSeconds: someWhole,
});
export type AdvancedDetection = RecordOf<typeof AdvancedDetectionSchema>;

const VoiceSchema = z.object({
  /** BCP-47, in the carrier's spelling. */
  language: someText,
  style: someWhole,
  premium: isTrue,
  /** Loudness, from -1 to 1. */
  level: someNumber,
});
export type VoiceSpec = RecordOf<typeof VoiceSchema>;

const CallSpecSchema = z.object({
  tid: z.uuid(),
  applicationId: text,
  /** As the customer wrote it, and as the result returns it. */
  to: text,
  /** Empty where the carrier chooses, and in a call that is forgotten. */
  from: text,
  /** The carrier chooses among the numbers of the application. */
  randomFrom: isTrue,
  /** Said once, before all else: what a phone that screens its calls passes on. */
  introduction: someText,
  text: text,
  byeText: someText,
  failedText: someText,
  /** Said where nothing was keyed, in place of `failedText`. */
  silenceText: someText,
  /** Said after the last attempt, if that was wrong too. */
  lastFailedText: someText,
  /** Said to an answering machine after its beep, in place of all else. */
  beepText: someText,
  /** Whether `text` follows what is said of an attempt that was wrong. */
  repeatsText: isTrue,
  /** How all of it is said: the carrier's own defaults where this says nothing. */
  voice: given(VoiceSchema),
  /** How often the prompt is said. Once, where it is absent. */
  loop: someWhole,
  /** What is asked of the person; a PIN where it is absent. */
  ask: given(z.enum(OTHER_ASKS)),
  /** By the key that is pressed for it, the word that the result has. */
  choices: given(z.record(text, text)),
  /** By the same key, what is said then in place of `byeText`. */
  choiceTexts: given(z.record(text, text)),
  /** How many digits are captured at least. */
  minDigits: someWhole,
  submitsOnHash: isTrue,
  /** HMAC of the PIN, bound to this call; empty where none is asked for. */
  pinHash: text,
  /** The id of its key. Absent in calls accepted when there was only one key. */
  pinKeyId: someText,
  /** How many keys are listened for, of a PIN or not. */
  pinLength: whole,
  attemptsAllowed: whole,
  /** How long the carrier waits for each key; absent where that is 5 s. */
  inputTimeoutSeconds: someWhole,
  /** How long it rings, where that is not as for the whole stage. */
  ringingSeconds: someWhole,
  /** The longest it may last once it is answered, where that is to be less than its words take. */
  longestSeconds: someWhole,
  machineDetection: given(z.enum(MACHINE_DETECTIONS)),
  advancedDetection: given(AdvancedDetectionSchema),
  /** Where the carrier handles the call; it chooses where this is absent. */
  region: given(z.enum(REGIONS)),
  callback: z.object({
    /** Empty where nobody is sent the result: whoever wants it asks. */
    url: text,
    method: z.enum(["GET", "POST"]),
    /** A form, or parameters of the address, where it is absent. */
    format: given(z.literal("json")),
    /** Of the deprecated API, by whose request it was asked for. */
    shape: given(z.enum(["tts_prompt", "tts"])),
    /** What was given for the receiver alone, bound to this call: never in clear. */
    sealed: someText,
  }),
  acceptedAt: time,
  /** When it is too late to dial. Absent in calls accepted when that was always an hour later. */
  expiresAt: someTime,
  /** The hours within which it may be dialed, by the clocks where the number is. */
  localTime: given(LocalTimeSchema),
  retry: given(RetrySchema),
  /** Of a single call that may be dialed again; gone with the words. Bound to it. */
  sealedCredential: someText,
  /** The batch, the index of the call in the request, and its place among those accepted, where that is another. */
  batch: given(z.object({ id: text, index: whole, place: someWhole })),
  /** How urgent it is beside what else waits; normal where it is absent. */
  priority: given(z.enum(UNUSUAL_PRIORITIES)),
  /** The customer's own name for it, which comes back in the result. */
  reference: someText,
  /** Where it goes, as calls are priced: the digits that it has in common with others. */
  destination: someText,
});

/** What was requested: written once, never changed. It does not hold the PIN itself. */
export type CallSpec = RecordOf<typeof CallSpecSchema>;

export const SpecRecordSchema = z.object({ spec: CallSpecSchema });
