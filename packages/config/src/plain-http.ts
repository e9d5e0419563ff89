import { z } from "zod";
import { ConfigError } from "./load-config.ts";
import { isLoopback } from "./loopback.ts";

/** Whether addresses without TLS will do; spread it into the settings of a process that has any. */
export const plainHttpSettings = {
  PLATZ_ALLOW_HTTP: z
    .stringbool("must be true or false")
    .prefault("false")
    .describe("Take http:// for PLATZ_OWN_URL and OIDC_SERVER_URL, also beyond this machine."),
};

/** Throws a `ConfigError` that names each setting whose address is `http://` and leads beyond this machine, unless that is allowed. */
export function requireHttps(
  settings: { readonly PLATZ_ALLOW_HTTP: boolean },
  addresses: Readonly<Record<string, string>>,
): void {
  if (settings.PLATZ_ALLOW_HTTP) return;
  const open = Object.entries(addresses).filter(([, address]) => {
    const { protocol, hostname } = new URL(address);
    return protocol === "http:" && !isLoopback(hostname);
  });
  if (open.length === 0) return;
  const reasons = open.map(
    ([name]) =>
      `${name}: over http:// everybody on the way can read and change sign-ins and tokens; use https://, or set PLATZ_ALLOW_HTTP=true where nobody is on the way`,
  );
  throw new ConfigError(reasons.join("\n"));
}
