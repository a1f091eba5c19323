import * as z from "zod/mini";
import { UNUSUAL_PRIORITIES } from "../priority.ts";
import { REGIONS } from "../regions.ts";
import { given, type RecordOf, time } from "./fields.ts";
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
  beepTimeoutSeconds: given(z.int()),
});
export type AdvancedDetection = RecordOf<typeof AdvancedDetectionSchema>;

const VoiceSchema = z.object({
  /** BCP-47, in the carrier's spelling. */
  language: given(z.string()),
  style: given(z.int()),
  premium: given(z.literal(true)),
  /** Loudness, from -1 to 1. */
  level: given(z.number()),
});
export type VoiceSpec = RecordOf<typeof VoiceSchema>;

const CallSpecSchema = z.object({
  tid: z.uuid(),
  applicationId: z.string(),
  /** As the customer wrote it, and as the result returns it. */
  to: z.string(),
  /** Empty where the carrier chooses, and in a call that is forgotten. */
  from: z.string(),
  /** The carrier chooses among the numbers of the application. */
  randomFrom: given(z.literal(true)),
  /** Said once, before all else: what a phone that screens its calls passes on. */
  introduction: given(z.string()),
  text: z.string(),
  byeText: given(z.string()),
  failedText: given(z.string()),
  /** Said where nothing was keyed, in place of `failedText`. */
  silenceText: given(z.string()),
  /** Said after the last attempt, if that was wrong too. */
  lastFailedText: given(z.string()),
  /** Said to an answering machine after its beep, in place of all else. */
  beepText: given(z.string()),
  /** Whether `text` follows what is said of an attempt that was wrong. */
  repeatsText: given(z.literal(true)),
  /** How all of it is said: the carrier's own defaults where this says nothing. */
  voice: given(VoiceSchema),
  /** How often the prompt is said. Once, where it is absent. */
  loop: given(z.int()),
  /** What is asked of the person; a PIN where it is absent. */
  ask: given(z.enum(OTHER_ASKS)),
  /** By the key that is pressed for it, the word that the result has. */
  choices: given(z.record(z.string(), z.string())),
  /** By the same key, what is said then in place of `byeText`. */
  choiceTexts: given(z.record(z.string(), z.string())),
  /** How many digits are captured at least. */
  minDigits: given(z.int()),
  submitsOnHash: given(z.literal(true)),
  /** HMAC of the PIN, bound to this call; empty where none is asked for. */
  pinHash: z.string(),
  /** The id of its key. Absent in calls accepted when there was only one key. */
  pinKeyId: given(z.string()),
  /** How many keys are listened for, of a PIN or not. */
  pinLength: z.int(),
  attemptsAllowed: z.int(),
  /** How long the carrier waits for each key; absent where that is 5 s. */
  inputTimeoutSeconds: given(z.int()),
  /** How long it rings, where that is not as for the whole stage. */
  ringingSeconds: given(z.int()),
  /** The longest it may last once it is answered, where that is to be less than its words take. */
  longestSeconds: given(z.int()),
  machineDetection: given(z.enum(MACHINE_DETECTIONS)),
  advancedDetection: given(AdvancedDetectionSchema),
  /** Where the carrier handles the call; it chooses where this is absent. */
  region: given(z.enum(REGIONS)),
  callback: z.object({
    /** Empty where nobody is sent the result: whoever wants it asks. */
    url: z.string(),
    method: z.enum(["GET", "POST"]),
    /** A form, or parameters of the address, where it is absent. */
    format: given(z.literal("json")),
    /** Of the deprecated API, by whose request it was asked for. */
    shape: given(z.enum(["tts_prompt", "tts"])),
    /** What was given for the receiver alone, bound to this call: never in clear. */
    sealed: given(z.string()),
  }),
  acceptedAt: time,
  /** When it is too late to dial. Absent in calls accepted when that was always an hour later. */
  expiresAt: given(time),
  /** The hours within which it may be dialed, by the clocks where the number is. */
  localTime: given(LocalTimeSchema),
  retry: given(RetrySchema),
  /** Of a single call that may be dialed again; gone with the words. Bound to it. */
  sealedCredential: given(z.string()),
  /** The batch, the index of the call in the request, and its place among those accepted, where that is another. */
  batch: given(z.object({ id: z.string(), index: z.int(), place: given(z.int()) })),
  /** How urgent it is beside what else waits; normal where it is absent. */
  priority: given(z.enum(UNUSUAL_PRIORITIES)),
  /** The customer's own name for it, which comes back in the result. */
  reference: given(z.string()),
  /** Where it goes, as calls are priced: the digits that it has in common with others. */
  destination: given(z.string()),
});

/** What was requested: written once, never changed. It does not hold the PIN itself. */
export type CallSpec = RecordOf<typeof CallSpecSchema>;

export const SpecRecordSchema = z.object({ spec: CallSpecSchema });
