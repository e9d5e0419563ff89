import ipaddr from "ipaddr.js";

const GROUP_BITS = 64;

/**
 * Whom an address is counted for: one of IPv4 by itself, and all of a /64 of IPv6 as one, since that is what a single
 * customer gets and may take any address of.
 */
export function addressGroup(address: string): string {
  if (!address.includes(":") || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString().split("%")[0]}/${GROUP_BITS}`)}/${GROUP_BITS}`;
}
