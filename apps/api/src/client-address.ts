import ipaddr from "ipaddr.js";
import { z } from "zod";

type Network = ReturnType<typeof ipaddr.parseCIDR>;

export type TrustedProxies = readonly Network[];

/** A setting that lists the networks of our own proxies, as addresses or in CIDR form, separated by blanks or commas. */
export const trustedProxies = z
  .string()
  .prefault("")
  .transform((text, context) =>
    text
      .split(/[\s,]+/)
      .filter((part) => part !== "")
      .flatMap((part): Network[] => {
        const network = networkOf(part);
        if (network !== undefined) return [network];
        context.addIssue({
          code: "custom",
          message: `"${part}" is no address and no network such as 10.0.0.0/8`,
        });
        return [];
      }),
  );

/**
 * The address that a request came from. What `x-forwarded-for` says counts only as far as our own proxies wrote it:
 * from its end on, up to the first address that is none of theirs. Everybody can write the rest.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null,
  proxies: TrustedProxies,
): string | undefined {
  if (peer === undefined) return undefined;
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim());
  let address = ipaddr.process(peer);
  while (hops.length > 0 && isWithin(address, proxies)) {
    const hop = hops.pop() ?? "";
    if (!ipaddr.isValid(hop)) break;
    address = ipaddr.process(hop);
  }
  return address.toString();
}

function isWithin(address: ReturnType<typeof ipaddr.process>, networks: TrustedProxies): boolean {
  return networks.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
  );
}

function networkOf(text: string): Network | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
