import { KubernetesError } from "./kubernetes-error.ts";
import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

export interface PodLogQuery {
  readonly namespace: string;
  readonly pod: string;
  /** RFC 3339; only lines from this second on. */
  readonly since?: string | undefined;
  readonly signal: AbortSignal;
}

/** A line without end is cut into pieces of this. */
const LINE_CHARACTERS_MAX = 256 * 1024;

/** The lines of a pod's container with their times, until the container has ended. */
export async function* followPodLog(
  transport: Transport,
  { namespace, pod, since, signal }: PodLogQuery,
): AsyncGenerator<{ readonly at: string; readonly text: string }> {
  const path = resourcePath({ api: "api/v1", namespace, collection: "pods", name: pod });
  const query = new URLSearchParams({
    follow: "true",
    timestamps: "true",
    ...(since === undefined ? {} : { sinceTime: since }),
  });
  const stream = await transport.stream({ path: `${path}/log?${query}`, signal });
  for await (const line of lines(stream)) {
    const space = line.indexOf(" ");
    if (space === -1) throw new KubernetesError("The cluster sent a log without times.", 500);
    yield { at: line.slice(0, space), text: line.slice(space + 1) };
  }
}

async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
    if (rest.length > LINE_CHARACTERS_MAX)
      throw new KubernetesError("The cluster sent a line without end.", 500);
  }
  if (rest !== "") yield rest;
}
