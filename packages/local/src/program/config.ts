export interface AppInput {
  stage: string;
}

export interface App {
  name: string;
  home: "aws" | "cloudflare" | "local";
  removal?: "remove" | "retain" | "retain-all";
  protect?: boolean;
  version?: string;
  providers?: { aws?: { region?: string; profile?: string; defaultTags?: object } | string };
}

/** The default export of sst.config.ts. */
export interface Config {
  app(input: AppInput): App | Promise<App>;
  // biome-ignore lint/suspicious/noConfusingVoidType: a program that returns nothing is declared as `void` by its author
  run(): Promise<Record<string, unknown> | void>;
}
