import { Invalid } from "@platz/domain";
import { RegistryDomain } from "./references.ts";

/** Where a registry is: its domain as charts are recorded under it, and the origin that requests go to. */
export interface RegistryAddress {
  readonly domain: string;
  readonly origin: string;
}

/**
 * Reads `host[:port]` or `http(s)://host[:port]` (workers spec 5.3: a default port is dropped from the domain). A
 * scheme decides; without one, `plainHttp` does, and else loopback hosts are spoken to in plain HTTP, all others by TLS.
 * Throws `Invalid` for anything else, credentials and paths included.
 */
export function parseRegistryAddress(text: string, plainHttp?: boolean): RegistryAddress {
  const scheme = /^(https?):\/\//i.exec(text)?.[1]?.toLowerCase();
  const bare = text
    .replace(/^https?:\/\//i, "")
    .replace(/\/$/, "")
    .toLowerCase();
  const url = RegistryDomain.safeParse(bare).success ? URL.parse(`${scheme ?? "https"}://${bare}`) : null;
  if (url === null) {
    throw Invalid.fields("The registry", [
      {
        path: ["domain"],
        message: "use a host name with an optional port, such as registry.example.com:5000",
      },
    ]);
  }
  const plain = scheme === undefined ? (plainHttp ?? isLoopback(url.hostname)) : scheme === "http";
  // Parsed again, because which port is the default one depends on the scheme.
  const { host, origin } = new URL(`${plain ? "http" : "https"}://${bare}`);
  return { domain: host, origin };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
