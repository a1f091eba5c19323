import { homedir } from "node:os";
import { join } from "node:path";
import type { PromptcallOptions } from "promptcall";
import * as z from "zod/mini";
import { UsageError } from "./errors.ts";

/** Where the service is and who asks, as a command line says it. No secret is among them: others see command lines. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly applicationId?: string;
  readonly privateKeyFile?: string;
  readonly config?: string;
}

export const CONNECTION_FLAGS = {
  endpoint: { kind: "parsed", parse: String, optional: true, brief: "Address of the service", placeholder: "URL" },
  applicationId: { kind: "parsed", parse: String, optional: true, brief: "Id of the application", placeholder: "ID" },
  privateKeyFile: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Its private key, a file in PEM",
    placeholder: "FILE",
  },
  config: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Settings in JSON; promptcall.json here or in ~/.config without it",
    placeholder: "FILE",
  },
} as const;

const text = z.string().check(z.minLength(1));

const FileSchema = z.strictObject({
  endpoint: z.optional(text),
  application_id: z.optional(text),
  private_key_file: z.optional(text),
  jwt: z.optional(text),
  api_key: z.optional(text),
});
type Known = z.infer<typeof FileSchema>;

interface Sources {
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** Undefined where there is no such file. */
  readonly read: (file: string) => Promise<string | undefined>;
}

/** What is asked for by flags counts first, then the environment, then the file. */
export async function connectionOf(flags: ConnectionFlags, { env, read }: Sources): Promise<PromptcallOptions> {
  const file = await fileOf(flags, { env, read });
  const fromEnv = {
    endpoint: env.PROMPTCALL_ENDPOINT,
    application_id: env.PROMPTCALL_APPLICATION_ID,
    private_key_file: env.PROMPTCALL_PRIVATE_KEY_FILE,
    jwt: env.PROMPTCALL_JWT,
    api_key: env.PROMPTCALL_API_KEY,
  };
  const fromFlags = {
    endpoint: flags.endpoint,
    application_id: flags.applicationId,
    private_key_file: flags.privateKeyFile,
  };
  const known: Known = { ...file, ...given(fromEnv), ...given(fromFlags) };
  const { endpoint, api_key: apiKey } = known;
  if (endpoint === undefined)
    throw new UsageError(missing("endpoint", "PROMPTCALL_ENDPOINT", "the address of the service"));
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint))
    throw new UsageError(`The endpoint must be an http or https address, as https://promptcall.example.`);
  return { endpoint, ...(apiKey !== undefined && { apiKey }), ...(await proofOf(known, read)) };
}

async function proofOf(known: Known, read: Sources["read"]) {
  const { jwt, application_id: applicationId, private_key_file: keyFile } = known;
  if (jwt !== undefined) return { jwt };
  if (applicationId === undefined)
    throw new UsageError(missing("application-id", "PROMPTCALL_APPLICATION_ID", "the id of your application"));
  if (keyFile === undefined)
    throw new UsageError(missing("private-key-file", "PROMPTCALL_PRIVATE_KEY_FILE", "the file of its private key"));
  const privateKey = await read(keyFile);
  if (privateKey === undefined) throw new UsageError(`There is no file ${keyFile}.`);
  return { applicationId, privateKey };
}

async function fileOf({ config }: ConnectionFlags, { env, read }: Sources): Promise<Known> {
  const home = join(env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "promptcall.json");
  const files = config === undefined ? ["promptcall.json", home] : [config];
  for (const file of files) {
    const written = await read(file);
    if (written !== undefined) return parsed(written, file);
  }
  if (config !== undefined) throw new UsageError(`There is no file ${config}.`);
  return {};
}

function parsed(written: string, file: string): Known {
  try {
    const result = FileSchema.safeParse(JSON.parse(written));
    if (result.success) return result.data;
  } catch {}
  throw new UsageError(`${file} must be a JSON object of ${Object.keys(FileSchema.shape).join(", ")}.`);
}

const given = (values: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ""));

const missing = (flag: string, variable: string, what: string) =>
  `Say ${what}: --${flag}, the variable ${variable}, or ${flag.replaceAll("-", "_")} in promptcall.json.`;
