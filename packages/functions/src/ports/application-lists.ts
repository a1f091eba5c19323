import type { ApplicationList } from "@promptcall/core/call/application-list";

/** What an application was accepted, from an index, which may be a moment behind. */
export interface ApplicationLists {
  /** Places in the list, the newest first: those before a place, so many at the most. */
  newest(asked: {
    readonly applicationId: string;
    readonly of: ApplicationList;
    readonly before: string;
    readonly most: number;
  }): Promise<readonly string[]>;
}
