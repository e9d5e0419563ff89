import { type ClusterConnection, currentToken } from "@platz/kubernetes";

/** Requests to an API server, as a kubelet makes them. */
export interface ApiServer {
  /** The answer's JSON; nothing for 404 and 409. Throws for any other refusal. */
  ask(method: string, path: string, body?: object, contentType?: string): Promise<unknown>;
  /** The events of a watch, from what there is now, until the server ends it or the signal does. */
  watch(path: string, signal: AbortSignal): AsyncGenerator<unknown>;
}

const MERGE = "application/merge-patch+json";

export function openApiServer({ server, ca, cert, key, token }: ClusterConnection): ApiServer {
  const tls = { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
  const authorization = async (): Promise<Record<string, string>> => {
    const bearer = await currentToken(token);
    return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  };
  return {
    async ask(method, path, body, contentType = method === "PATCH" ? MERGE : "application/json") {
      const response = await fetch(`${server}${path}`, {
        method,
        tls,
        headers: { ...(await authorization()), "content-type": contentType },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.ok) return await response.json();
      const text = await response.text();
      if (response.status === 404 || response.status === 409) return undefined;
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    },
    async *watch(path, signal) {
      const response = await fetch(`${server}${path}&watch=1`, {
        tls,
        signal,
        headers: await authorization(),
      });
      if (!response.ok || response.body === null)
        throw new Error(`the watch was refused: ${response.status}`);
      yield* jsonLines(response.body);
    },
  };
}

async function* jsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line);
  }
}
