import { startLocal } from "@promptcall/local/local";
import { root } from "../documents.ts";

/** Bundles the functions once: several systems that begin at the same time would each do it. */
export default async function setup(): Promise<void> {
  const local = await startLocal({ root });
  await local.stop();
}
