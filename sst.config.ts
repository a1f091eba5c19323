export default $config({
  async app(input) {
    const { stageConfig } = await import("./stacks/config.ts");
    const config = stageConfig(input.stage);
    return {
      name: "promptcall",
      home: "aws",
      removal: config.production ? "retain" : "remove",
      protect: config.production,
      providers: { aws: { region: config.region } },
    };
  },
  async run() {
    // First, since these hold for everything that is made after them.
    await import("./stacks/defaults/keeping.ts");
    await import("./stacks/defaults/permissions.ts");
    const { bus } = await import("./stacks/bus.ts");
    const { webhooksAddress } = await import("./stacks/webhooks.ts");
    await import("./stacks/dialer.ts");
    await import("./stacks/reducer.ts");
    await import("./stacks/timers.ts");
    await import("./stacks/dead-letters.ts");
    await import("./stacks/callbacks.ts");
    const { api } = await import("./stacks/api.ts");
    await import("./stacks/watch/alarms.ts");
    await import("./stacks/watch/dashboard.ts");
    return { api: api.url, webhooks: webhooksAddress, bus: bus.name };
  },
});
