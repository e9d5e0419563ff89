import { createClient } from "@platz/client";
import type { Fetch } from "../fetch.ts";
import type { Platz } from "../platz/platz.ts";
import { createPlatz } from "./create-platz.ts";
import { type CredentialSource, findCredentials } from "./credentials.ts";

export interface ConnectOptions {
  /** Where the credentials come from; unless given, from where `findCredentials` looks. */
  readonly credentials?: CredentialSource;
  /** How long a call may take; 30 s unless told. */
  readonly timeoutMs?: number;
  /** How often a query is asked again that did not reach Platz; 3 times unless told. Changes never are. */
  readonly queryRetries?: number;
  /** Another `fetch` than the global one. */
  readonly fetch?: Fetch;
}

/**
 * A client of the API of Platz. The address is that of the credentials now; the token is asked for at each request, so
 * that a refreshed one counts at once. Throws `NoCredentials` when there are none.
 */
export async function connect(options: ConnectOptions = {}): Promise<Platz> {
  const { credentials = findCredentials, timeoutMs = 30_000, queryRetries = 3, fetch } = options;
  const { url } = await credentials();
  const token = async () => (await credentials()).token;
  return createPlatz(createClient({ url, token, queryRetries, ...(fetch && { fetch }) }), { timeoutMs });
}
