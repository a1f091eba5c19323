declare module "dynalite" {
  import type { Server } from "node:http";

  export default function dynalite(options?: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

declare module "dynalite/db/index.js" {
  /** What writing an item takes of a table, or reading it. */
  export function capacityUnits(item: object, isRead: boolean, isConsistent?: boolean): number;
}
