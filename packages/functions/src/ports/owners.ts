/** Maps applications to the owners of their loops. */
export interface Owners {
  ownerOf(applicationId: string): Promise<string>;
}
