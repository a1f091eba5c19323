// Plain JavaScript, as run.mjs is: a Node too old for TypeScript can say how a command is used.

/** Every command: the program that carries it out, and what `--help` says. */
export const COMMANDS = {
  start: {
    program: "./start.ts",
    usage: `npm start [-- --carrier vonage --public-url https://…]

Runs the whole system on this machine until it is stopped: the api, and a simulated carrier. The state is in memory.
A call whose end is never reported gets its result when it would where it is deployed. On a terminal, a line tells of each
unit of work. npm run debug is the same under Node's inspector, in real time.

  --carrier     vonage calls real phones, in place of the simulated carrier; your own credential comes with each request
  --public-url  where a tunnel of yours leads to the webhooks on this machine (WEBHOOKS_PORT, 3002)

  PORT       the api's port             3000
  SIM_PORT   the carrier's port         3001
  SIM_SPEED  how fast its clock runs    30 times as fast as yours (npm run debug: 1)
  LOG=json   writes lines as they are written where it is deployed, on a terminal, too
  METRICS=1  shows the functions' metrics`,
  },
  demo: {
    program: "../demo/demo.ts",
    usage: `npm run demo -- [--verbose]

Runs the whole system, calls each kind of person once, and prints a table. Ends with 0 when every result is right.

  --verbose  tells of each event, in place of a line for each call
  SIM_SPEED  how fast the carrier's clock runs    30 times as fast as yours`,
  },
  test: {
    program: "./test.ts",
    usage: `npm test

Lint, types and every test, all at once. Its last line counts the tests. npx vitest run <file> runs some of them.`,
  },
  jwt: {
    program: "./jwt.ts",
    usage: `npm run -s jwt -- <private key file> [<Vonage application id>]

Prints a JWT for the api, signed with the key. It works for 15 minutes. The default application is "my-application".`,
  },
  deploy: { program: "./deploy.ts", usage: deployment("deploy") },
  dev: { program: "./dev.ts", usage: deployment("dev") },
  subscriber: {
    program: "../../examples/subscriber/start.ts",
    usage: `npm run subscriber

Runs examples/subscriber beside npm start: another service on the same bus.`,
  },
  events: {
    program: "./events.ts",
    usage: `npm run events

Writes the catalogue of events from their schemas (docs/events.md and docs/events/), and that of the table from its kinds
of items (docs/versions.md).`,
  },
  openapi: {
    program: "./openapi.ts",
    usage: `npm run openapi

Writes what /openapi.json serves, and the reference that is made of it, docs/api.md.`,
  },
  console: {
    program: "./console.ts",
    usage: `npm run console -- --api <address of a stage's api>

Serves the page on this machine before the api of a deployed stage. It reads nothing until you give it a credential there, which
it keeps in memory.

  --api  as the deployment has printed it
  PORT   3002`,
  },
  screenshots: {
    program: "./screenshots.ts",
    usage: `npm run screenshots

Runs the whole system with some calls, and writes pictures of its page to docs/images: light, dark, and 360 pixels wide. It
takes about three minutes.`,
  },
  synth: {
    program: "../../packages/synth/src/main.ts",
    usage: `npm run synth -- [--stage <name>] [--root <folder>] [--out <file>]
npm run synth -- --write-names

Writes what a deployment of the stage would create, as sorted JSON, without an AWS account. --write-names adds the names
of what production has by now to packages/synth/names.txt; it removes none (docs/versions.md).

  --stage  production
  --root   this folder
  --out    .sst/synth/<stage>.json`,
  },
  "typecheck:stacks": {
    program: "../../packages/synth/src/typecheck-main.ts",
    usage: `npm run typecheck:stacks

Checks the types of the stacks against SST's own components.`,
  },
  simulate: {
    program: "../../packages/simulation/src/main.ts",
    usage: `npm run simulate -- [--seed <n>] [--calls <n>] [--faults heavy|deploying|unreadable|mild|behind|abused|slow|lone|none] [--pace 3|30|120] [--histories <n>] [--until-violation]

Runs the real functions in virtual time against fakes, with faults, and prints every broken promise. A run is a history.

  --seed             1; the same seed is the same history
  --calls            100 in each history
  --faults           heavy
  --pace             calls a second that the carrier has agreed to; each history its own
  --histories        1
  --until-violation  stops at the first history that has one`,
  },
  "simulate:mutants": {
    program: "../../packages/simulation/src/mutants/mutate.ts",
    usage: `npm run simulate:mutants -- [--histories <n>] [<part of a name>]

Takes one safety line away at a time (a mutant), and runs histories. Every mutant must make one fail.

  --histories  1000 for each mutant, at the most`,
  },
  scale: {
    program: "../scale/main.ts",
    usage: `npm run scale -- [--write]

Prints how many calls the deployed settings carry, and what a call costs. With --write, docs/scale.md gets the figures.`,
  },
  fuzz: {
    program: "../fuzz/main.ts",
    usage: `npm run fuzz -- [--cases <number>] [--seed <number>]

Sends requests of every kind to every route and webhook, and counts the answers. Ends with 1 if an answer was a fault of
ours, took a second, or left something behind though the request was refused.

  --cases  5000
  --seed   another one each time; the report names it`,
  },
  audit: {
    program: "./audit.ts",
    usage: `npm run audit

Asks the registry for known vulnerabilities of the packages. Ends with 1 if a deployed package has a high one. If the
registry does not answer, it says so.`,
  },
  promptcall: {
    program: "./promptcall.ts",
    hasCommands: true,
    usage: `npm run -s promptcall -- <command> …

Sends calls from this terminal, to a service that runs: call, batch, status, watch, list, results, cancel, pause, resume,
replay, listen, doctor, completion; dev, which is npm start; and what the operator of a stage does, beside npm start or as
npx sst shell --stage <name> -- npm run …: operator application, operator callback-secret, operator replay. Each tells its use:
npm run -s promptcall -- call --help. See docs/command.md.`,
  },
  bench: {
    program: "../bench/main.ts",
    usage: `npm run bench -- [--only <figure>]… [--json]

Measures each figure beside its reference. Without --only it measures all and writes tools/bench/RESULTS.md.`,
  },
};

function deployment(command) {
  return `npm run ${command} -- --stage <name> [what sst ${command} takes]

Looks whether the stage has what it needs: its variables, the region, AWS credentials, how many functions the account
runs at once, and its secrets. Says everything that is wrong, with its mend, and ends with 1; or else runs sst ${command}
with the same arguments, in the same environment (AWS_PROFILE, SST_STAGE, .env, .env.<stage>).

Without --stage it is the stage that sst takes: SST_STAGE, or your own, named after your user.
npx sst ${command} --help lists what else sst takes; npx sst ${command} looks at nothing first.`;
}
