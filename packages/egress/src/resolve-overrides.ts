/** Where calls to hosts of a domain go instead of where they resolve to. */
export interface Override {
  readonly host: string;
  readonly port: number;
  /** Whether the call is made in plain HTTP whatever its address says: for development only. */
  readonly plainHttp: boolean;
}

/** Finds the override of a host: the longest domain that it is, or is below. */
export type FindOverride = (hostname: string) => Override | undefined;

/**
 * Reads overrides (the idea of curl's `--resolve`): a domain to `host:port`, or to `http://host:port` to speak plain
 * HTTP there. They are the operator's choice, so no address rule holds for them; production has none. Throws an error that names
 * an entry which is none.
 */
export function resolveOverrides(entries: Readonly<Record<string, string>>): FindOverride {
  const overrides = Object.entries(entries)
    .map(([domain, target]) => ({
      domain: domain.toLowerCase().replace(/^\*?\./, ""),
      ...parseTarget(domain, target),
    }))
    .sort((a, b) => b.domain.length - a.domain.length);
  return (hostname) => overrides.find(({ domain }) => hostname === domain || hostname.endsWith(`.${domain}`));
}

function parseTarget(domain: string, target: string): Override {
  const match = /^(?:(?<scheme>https?):\/\/)?(?<host>\[[0-9a-f:]+\]|[-a-z0-9.]+):(?<port>\d{1,5})\/?$/i.exec(
    target,
  );
  const port = Number(match?.groups?.["port"]);
  const host = match?.groups?.["host"];
  if (domain === "" || host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new Error(`The override of "${domain}" must be host:port or http://host:port, and is "${target}".`);
  }
  return { host: host.replace(/^\[|\]$/g, ""), port, plainHttp: match?.groups?.["scheme"] === "http" };
}
