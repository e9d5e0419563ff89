import ipaddr from "ipaddr.js";

export interface AddressRules {
  /**
   * Addresses, CIDR ranges and host names (`*.` for all below one) that may be called although they are not public. A name
   * allows private networks, since whoever answers for it in DNS may say anything: loopback, link-local and the like are
   * called only where a range says so.
   */
  readonly allow?: readonly string[];
  /** Addresses and ranges that may not be called even if they are public or allowed, such as a cluster's services. */
  readonly block?: readonly string[];
}

export interface AddressPolicy {
  /** Whether an address that a host resolved to may be called. What is no address may not. */
  permits(hostname: string, address: string): boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Where clouds answer with credentials, to whoever asks from a machine. No rule allows these. */
const metadataAddresses = [
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "169.254.169.253",
  "169.254.169.123",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "fd00:ec2::/32",
  "fd20:ce::254",
];

/** The global unicast addresses of IPv6; what is outside is local, reserved or IPv4 in disguise (RFC 4291). */
const globalIpv6 = ipaddr.parseCIDR("2000::/3");

/**
 * Decides which addresses may be called: public ones, and those that a rule allows. Loopback, link-local, private,
 * shared, multicast, unspecified and reserved ranges are not public; IPv4 inside IPv6 is judged as IPv4. Throws an
 * error that names a rule which is none.
 */
export function addressPolicy({ allow = [], block = [] }: AddressRules): AddressPolicy {
  const isHost = (rule: string) => /^(\*\.)?[a-z0-9][-a-z0-9.]*[a-z][-a-z0-9.]*$/i.test(rule);
  const hosts = allow.filter(isHost).map((rule) => rule.toLowerCase());
  const allowed = allow.filter((rule) => !isHost(rule)).map(parseRange);
  const blocked = [...metadataAddresses, ...block].map(parseRange);
  return {
    permits(hostname, text) {
      const address = parseAddress(text);
      if (address === undefined || blocked.some((range) => matches(address, range))) return false;
      if (allowed.some((range) => matches(address, range))) return true;
      return isPublic(address) || (isPrivate(address) && hosts.some((rule) => hostMatches(hostname, rule)));
    },
  };
}

function parseRange(rule: string): Range {
  const [text = "", bits, ...rest] = rule.split("/");
  const address = parseAddress(text);
  const bitsMax = address?.kind() === "ipv4" ? 32 : 128;
  const prefix = bits === undefined ? bitsMax : Number(/^\d{1,3}$/.exec(bits)?.[0] ?? Number.NaN);
  if (address === undefined || rest.length > 0 || !(prefix <= bitsMax)) {
    throw new Error(`"${rule}" is neither an address, nor a range such as 10.0.0.0/8, nor a host name.`);
  }
  return [address, prefix];
}

/** An address, IPv4-mapped IPv6 as the IPv4 that it stands for. Only the four-part notation of IPv4 is taken. */
function parseAddress(text: string): Address | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text);
}

function matches(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  return address.kind() === "ipv4" || matches(address, globalIpv6);
}

/** What networks give to machines of their own: RFC 1918, RFC 6598 and RFC 4193. */
function isPrivate(address: Address): boolean {
  return ["private", "carrierGradeNat", "uniqueLocal"].includes(address.range());
}

function hostMatches(hostname: string, rule: string): boolean {
  return rule.startsWith("*.") ? hostname.endsWith(rule.slice(1)) : hostname === rule;
}
