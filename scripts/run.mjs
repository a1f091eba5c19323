// Plain JavaScript, so that a Node too old to read the rest still gets one clear line instead of a syntax error.
const wanted = 24;
const [major] = process.versions.node.split(".");
const [task] = process.argv.slice(2);

if (Number(major) < wanted) {
  console.error(
    `Promptcall needs Node ${wanted} or newer, and this is ${process.version}. Run it by npm, which brings its own: npm run ${task}`,
  );
  process.exit(1);
}
await import(`./${task}.ts`);
