/** The carrier itself: it chooses where a call is handled. */
export const CARRIER_HOST = "https://api.nexmo.com";

/** Where it can be told to: https://developer.vonage.com/en/api/application.v2 (VoiceRegion). */
const HOSTS = {
  "na-east": "https://api-us-3.vonage.com",
  "na-west": "https://api-us-4.vonage.com",
  "eu-west": "https://api-eu-3.vonage.com",
  "eu-east": "https://api-eu-4.vonage.com",
  "apac-sng": "https://api-ap-3.vonage.com",
  "apac-australia": "https://api-ap-4.vonage.com",
} as const;

export type Region = keyof typeof HOSTS;
export const REGIONS = Object.keys(HOSTS) as [Region, ...Region[]];

/**
 * Where the calls of a region are placed and asked about: another region does not know them. A carrier of one's own has its
 * regions below its address.
 */
export function regionalHost({ host, region }: { host: string; region: Region | undefined }): string {
  if (region === undefined) return host;
  return host === CARRIER_HOST ? HOSTS[region] : `${host}/regions/${region}`;
}
