import getPort from "get-port";

/** The port that people know this service by, or another free one when that is taken (`changed` is set then). */
export async function choosePort(
  preferred: number,
): Promise<{ readonly port: number; readonly changed: boolean }> {
  const port = await getPort({ port: preferred, host: "127.0.0.1" });
  return { port, changed: port !== preferred };
}

/** Any free port. It stays reserved for this process for a while, so that two parts never get the same. */
export function freePort(): Promise<number> {
  return getPort({ host: "127.0.0.1" });
}
