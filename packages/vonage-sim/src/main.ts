import { z } from "zod";
import { startVonageSim } from "./sim.ts";

const isPort = (written: string) => /^\d{1,5}$/.test(written) && Number(written) <= 65_535;
const environment = z.object({
  SIM_PORT: z.string().refine(isPort, "must be a port").transform(Number).default(3001),
  SIM_SPEED: z.coerce.number().positive("must be a positive number").default(20),
});

const settings = environment.safeParse(process.env);
if (!settings.success) refuse(settings.error.issues.map(({ path, message }) => `${path} ${message}`).join("; "));

const { SIM_PORT: port, SIM_SPEED: speed } = settings.data;
const sim = await startVonageSim({ port, speed }).catch((error: NodeJS.ErrnoException) =>
  refuse(error.code === "EADDRINUSE" ? `port ${port} is in use, set SIM_PORT to another` : error.message),
);
process.once("SIGINT", () => void sim.stop());
process.once("SIGTERM", () => void sim.stop());
console.log(`vonage-sim is ready at ${sim.url}, at ${speed} times the speed of life`);

function refuse(reason: string): never {
  console.error(`vonage-sim: ${reason}`);
  process.exit(1);
}
