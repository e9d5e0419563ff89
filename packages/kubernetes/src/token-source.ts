/**
 * Gives a bearer token that is good for some minutes more; whoever gives it renews it before it runs out. Throws a
 * `KubernetesError` with code 0 when there is none to be had.
 */
export type TokenSource = () => Promise<string>;

/** The token to send now. */
export async function currentToken(token: string | TokenSource | undefined): Promise<string | undefined> {
  return typeof token === "function" ? await token() : token;
}
