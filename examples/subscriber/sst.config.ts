export default $config({
  async app(input) {
    const { stageConfig } = await import("./stacks/config.ts");
    const config = stageConfig(input.stage);
    return {
      name: "promptcall-subscriber",
      home: "aws",
      removal: config.production ? "retain" : "remove",
      protect: config.production,
      providers: { aws: { region: config.region } },
    };
  },
  async run() {
    const { results } = await import("./stacks/results.ts");
    return { results: results.name };
  },
});
