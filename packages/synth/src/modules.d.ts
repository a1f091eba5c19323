/** The parts of SST's platform that a synthesis touches. Their sources are installed at run time, by `platform.ts`. */
declare module "sst-platform/components" {
  const components: Record<string, unknown>;
  export = components;
}
declare module "sst-platform/run" {
  export function run(program: () => Promise<unknown>): Promise<Record<string, unknown>>;
}
declare module "@pulumi/aws" {
  const aws: Record<string, unknown>;
  export = aws;
}
declare module "@pulumi/pulumi" {
  interface Registration {
    type: string;
    name: string;
    props: Record<string, unknown>;
    opts: { parent?: object; protect?: boolean; retainOnDelete?: boolean };
  }
  interface MockResource {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    id?: string;
  }
  export namespace runtime {
    function setMocks(
      mocks: {
        newResource(args: MockResource): { id: string; state: Record<string, unknown> };
        call(args: { token: string; inputs: Record<string, unknown> }): Record<string, unknown>;
      },
      project: string,
      stack: string,
      preview: boolean,
    ): Promise<void>;
    function runInPulumiStack(program: () => Promise<unknown>): Promise<Record<string, unknown> | undefined>;
    function registerStackTransformation(transformation: (args: Registration) => undefined): void;
  }
}
declare module "synth-config" {
  interface App {
    name: string;
    home: string;
    removal?: "remove" | "retain" | "retain-all";
    protect?: boolean;
    providers?: Record<string, { region?: string }>;
  }
  const config: {
    app(input: { stage: string }): App | Promise<App>;
    run(): Promise<Record<string, unknown> | undefined>;
  };
  export default config;
}
