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
    function getStack(): string;
    function getProject(): string;
    /** Of a resource that is created, or read: the latter can neither be protected nor have other names. */
    interface Request {
      getType(): string;
      getName(): string;
      getParent(): string;
      getProtect?(): boolean;
      getRetainondelete?(): boolean;
      getAliasesList?(): {
        getUrn(): string;
        getSpec(): { getName(): string; getType(): string; getParenturn(): string; getNoparent(): boolean } | undefined;
      }[];
    }
    type Answer = (request: Request, callback: (error: unknown, response?: unknown) => void) => Promise<void>;
    function getMonitor(): {
      newUrn(parent: string, type: string, name: string): string;
      registerResource: Answer;
      readResource: Answer;
    };
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
