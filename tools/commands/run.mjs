// Plain JavaScript, so that a Node too old to read the rest still gets one clear line instead of a syntax error.
import { COMMANDS } from "./commands.mjs";

const NODE_MAJOR = 24;
// The program finds its own arguments where it would find them without this file.
const [name] = process.argv.splice(2, 1);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

if (command === undefined) end(`There is no command ${name}. There are: ${Object.keys(COMMANDS).join(", ")}.`);
// What has commands of its own has their help, too.
const asked = command.hasCommands ? process.argv.slice(2, 3) : process.argv;
if (asked.some((argument) => argument === "--help" || argument === "-h")) {
  console.log(command.usage);
  process.exit(0);
}
const [major] = process.versions.node.split(".");
if (Number(major) < NODE_MAJOR) {
  const line = `Promptcall needs Node ${NODE_MAJOR} or newer, and this is ${process.version}.`;
  // npm runs the Node that comes with the packages, if they were installed with their scripts and for development.
  if (process.env.npm_lifecycle_event === undefined)
    end(`${line} Run it by npm, which brings its own: npm run ${name}`);
  end(`${line} npm has not installed its own: run npm ci --include=dev --ignore-scripts=false, and then this again.`);
}

try {
  await import(command.program);
} catch (error) {
  const { explain } = await import("./explain.ts");
  end(explain(error, { command: name }) ?? error);
}

function end(line) {
  console.error(line);
  process.exit(1);
}
