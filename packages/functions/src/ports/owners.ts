/** Whose loop an application's calls are in. */
export interface Owners {
  ownerOf(applicationId: string): Promise<string>;
  setAccount(given: { readonly applicationId: string; readonly account: string }): Promise<void>;
}
