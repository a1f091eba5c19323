/** Maps applications to the owners of their loops. */
export interface Owners {
  ownerOf(applicationId: string): Promise<string>;
  setAccount(given: { readonly applicationId: string; readonly account: string }): Promise<void>;
}
