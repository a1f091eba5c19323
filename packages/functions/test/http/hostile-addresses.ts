/** Each kind of address that is not one of the internet at large, as a resolver would have it. */
export const NOT_GLOBAL = {
  "this network": ["0.0.0.0", "0.1.2.3", "::"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  private: ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.254"],
  "link-local": ["169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1"],
  metadata: ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"],
  "protocol assignments": ["192.0.0.1", "192.0.0.170", "2001::1:0", "2001:1::1", "2001:1ff::1"],
  documentation: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  benchmarking: ["198.18.0.1", "198.19.255.255", "2001:2::1"],
  "anycast of 6to4": ["192.88.99.1"],
  "other special anycast": [
    "192.31.196.1",
    "192.52.193.1",
    "192.175.48.1",
    "2001:3::1",
    "2001:4:112::1",
    "2620:4f:8000::1",
  ],
  multicast: ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
  reserved: ["240.0.0.1", "255.255.255.254"],
  broadcast: ["255.255.255.255"],
  "unique local": ["fc00::1", "fd00::1", "fdff:ffff::1"],
  "site-local": ["fec0::1", "feff::1"],
  discard: ["100::1", "100:0:0:1::1"],
  "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1"],
  "IPv4-compatible": ["::127.0.0.1", "::7f00:1", "::808:808", "::a00:1"],
  "IPv4-translated": ["::ffff:0:127.0.0.1", "::ffff:0:808:808"],
  NAT64: ["64:ff9b::127.0.0.1", "64:ff9b::808:808", "64:ff9b:1::a00:1"],
  "6to4": ["2002:7f00:1::1", "2002:a00:1::1", "2002:808:808::1"],
  Teredo: ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::7f00:1"],
  ISATAP: ["2600:1f18::5efe:7f00:1", "2a00:1450::200:5efe:a00:1", "2001:4860::5efe:808:808"],
  ORCHID: ["2001:10::1", "2001:20::1", "2001:30::1"],
  "segment routing": ["5f00::1"],
  "not handed out": [
    "200::1",
    "400::1",
    "1000::1",
    "2001:1000::1",
    "2004::1",
    "2420::1",
    "2d00::1",
    "3000::1",
    "3ffe::1",
  ],
  "not for unicast": ["4000::1", "8000::1", "a000::1", "c000::1", "e000::1", "f000::1", "fe00::1"],
  "no address": ["", "localhost", "127.1", "0x7f000001", "999.1.1.1", "::1::", "1.2.3.4.5"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const GLOBAL = [
  ...["8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255"],
  ...["128.0.0.1", "169.253.255.255", "169.255.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.255.255"],
  ...["192.169.0.1", "198.17.255.255", "198.20.0.1", "203.0.112.1", "223.255.255.254", "168.63.129.15"],
  ...[
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "2c0f:fb50::1",
    "2404:6800::1",
    "2800:3f0::1",
  ],
  ...["2600:1f18::1", "2a10:50c0::1", "2003:e8::1", "2620:fe::fe"],
];

const bytesOf = (address: string) => address.split(".").map(Number) as [number, number, number, number];
const hex = (value: number, digits = 0) => value.toString(16).padStart(digits, "0");
const numberOf = (address: string) => bytesOf(address).reduce((number, byte) => number * 256 + byte, 0);
const groups = (address: string) => {
  const [a, b, c, d] = bytesOf(address);
  return `${hex(a)}${hex(b, 2)}:${hex(c)}${hex(d, 2)}`;
};

/** How one address of IPv4 may be written in a URL, so that a reader of text takes it for something else. */
const SPELLINGS: Readonly<Record<string, (address: string) => string>> = {
  "as usual": (address) => address,
  "with a dot at its end": (address) => `${address}.`,
  "as one number": (address) => String(numberOf(address)),
  "as one number in hex": (address) => `0x${hex(numberOf(address))}`,
  "as one number in octal": (address) => `0${numberOf(address).toString(8)}`,
  "in hex, by bytes": (address) =>
    bytesOf(address)
      .map((byte) => `0x${hex(byte)}`)
      .join("."),
  "in octal, by bytes": (address) =>
    bytesOf(address)
      .map((byte) => `0${byte.toString(8)}`)
      .join("."),
  "in octal, with many zeros": (address) =>
    bytesOf(address)
      .map((byte) => `00000${byte.toString(8)}`)
      .join("."),
  "mixed and in short": (address) => {
    const [a, b, c, d] = bytesOf(address);
    return `0x${hex(a)}.${b}.${c * 256 + d}`;
  },
  "in two parts": (address) => {
    const [a, b, c, d] = bytesOf(address);
    return `${a}.${b * 65_536 + c * 256 + d}`;
  },
  "in full-width digits": (address) => address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  "with ideographic full stops": (address) => address.replaceAll(".", "。"),
  "in circled digits": (address) =>
    address.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x2460 + Number(digit) - 1)),
  "percent-encoded": (address) => [...address].map((char) => `%${hex(char.charCodeAt(0), 2)}`).join(""),
  "mapped into IPv6": (address) => `[::ffff:${address}]`,
  "mapped into IPv6 in hex": (address) => `[::ffff:${groups(address)}]`,
  "mapped into IPv6 in full": (address) => `[0000:0000:0000:0000:0000:FFFF:${groups(address)}]`,
  "compatible in IPv6": (address) => `[::${address}]`,
  "over NAT64": (address) => `[64:ff9b::${groups(address)}]`,
  "over 6to4": (address) => `[2002:${groups(address)}::1]`,
  "over ISATAP": (address) => `[2600:1f18::5efe:${groups(address)}]`,
};

const WANTED_BY_STRANGERS = ["127.0.0.1", "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"];

/** What stands in the place of a host in a URL. */
export const HOSTILE_HOSTS: readonly (readonly [host: string, spelling: string])[] = [
  ...WANTED_BY_STRANGERS.flatMap((address) =>
    Object.entries(SPELLINGS).map(([says, spell]) => [spell(address), `${address} ${says}`] as const),
  ),
  ...Object.entries(NOT_GLOBAL).flatMap(([kind, addresses]) =>
    kind === "no address" ? [] : addresses.map((one) => [one.includes(":") ? `[${one}]` : one, kind] as const),
  ),
  ...[
    "0",
    "0x0",
    "00",
    "127.1",
    "127.0.1",
    "0177.1",
    "017700000001",
    "0x7f.1",
    "127.0.0.1..",
    "1.2.3.4.5",
    "256.1.1.1",
  ].map((one) => [one, "a number of some sort"] as const),
  ...["[::1", "::1", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::ffff:0x7f.1]", "[127.0.0.1]", "[v1.x]", "[]"].map(
    (one) => [one, "in brackets, or none"] as const,
  ),
  ...["localhost", "LOCALHOST", "localhost.", "a.localhost", "ⓛocalhost", "ｌｏｃａｌｈｏｓｔ", "loc%61lhost"].map(
    (one) => [one, "a name of loopback"] as const,
  ),
];
