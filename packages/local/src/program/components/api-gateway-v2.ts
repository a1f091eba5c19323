import { InvalidArgumentError } from "../../errors.ts";
import { checkArguments, refuseCors } from "../arguments.ts";
import type { ApiDeclaration } from "../declarations.ts";
import { deferred, type Input, Output, output } from "../output.ts";
import { currentProgram, type Program } from "../program.ts";
import { declareFunction, type FunctionArgs } from "./function.ts";

export interface ApiGatewayV2Args {
  link?: readonly unknown[];
  cors?: false;
  domain?: Input<string>;
  accessLog?: Input<{ retention?: Input<string> }>;
  transform?: { api?: object; stage?: object; logGroup?: object };
}

const TRANSFORM_WITHOUT_EFFECT = {
  stage: "throttling protects an account; here nobody pays for a flood",
  logGroup: "there is no access log",
};

const METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

export class ApiGatewayV2 {
  readonly linkName: string;
  readonly linkType = "sst.aws.ApiGatewayV2";
  readonly url: Output<string>;
  readonly #program: Program;
  readonly #declaration: ApiDeclaration;
  readonly #links: readonly unknown[];

  constructor(name: string, args: ApiGatewayV2Args = {}) {
    const component = `sst.aws.ApiGatewayV2 "${name}"`;
    checkArguments({
      component,
      given: args,
      supported: ["link", "cors", "transform"],
      withoutEffect: { accessLog: "there is no access log", domain: "addresses are this machine's" },
    });
    checkArguments({
      component,
      given: args.transform,
      supported: [],
      withoutEffect: TRANSFORM_WITHOUT_EFFECT,
      prefix: "transform",
    });
    refuseCors({ component, cors: args.cors });
    this.#program = currentProgram();
    this.#program.claim({ name, type: this.linkType });
    this.#links = args.link ?? [];
    this.#declaration = {
      name,
      routes: [],
      url: deferred<string>(),
    };
    this.linkName = name;
    this.url = this.#declaration.url.output;
    this.#program.apis.push(this.#declaration);
    this.#program.register(this);
  }

  get nodes() {
    const id = output(this.#program.physicalName(this.linkName));
    return { api: { id, apiEndpoint: this.url, name: id } };
  }

  route(rawRoute: string, handler: string | Output<string> | FunctionArgs, args: { name?: string } = {}) {
    const component = `sst.aws.ApiGatewayV2 "${this.linkName}".route("${rawRoute}")`;
    checkArguments({ component, given: args, supported: ["name"] });
    if (handler instanceof Output) {
      throw new InvalidArgumentError({
        component,
        reason: "a route to a function that there is already is not imitated.",
      });
    }
    const route = parseRoute({ component, route: rawRoute });
    if (this.#declaration.routes.some((other) => other.route === route)) {
      throw new InvalidArgumentError({ component, reason: `the route "${route}" already exists.` });
    }
    const fn = declareFunction({
      program: this.#program,
      name: `${this.linkName}Route${pascalCase(args.name ?? route)}Handler`,
      args: handler,
      links: this.#links,
    });
    this.#declaration.routes.push({ route, functionName: fn.name });
    return { nodes: { function: { arn: output(fn.arn), name: output(fn.physicalName) } } };
  }

  getSSTLink() {
    return { properties: { url: this.url } };
  }
}

/** SST's own rules: "$default", "/path" for any method, or "METHOD /path". */
function parseRoute({ component, route }: { component: string; route: string }): string {
  if (route.toLowerCase() === "$default") return "$default";
  const parts = route.split(" ");
  const [method, path] = parts.length === 1 ? ["ANY", parts[0]] : [parts[0]?.toUpperCase() ?? "", parts[1]];
  if (parts.length > 2 || !METHODS.includes(method) || !path?.startsWith("/")) {
    throw new InvalidArgumentError({
      component,
      reason: 'a route must be "$default", "/path" or "METHOD /path" with a known method.',
    });
  }
  return `${method} ${path}`;
}

function pascalCase(text: string): string {
  return text
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}
