import { everyHistoryHolds, seedsFrom } from "./heavy.ts";

everyHistoryHolds({ seeds: seedsFrom(21, 20), calls: 100 });
