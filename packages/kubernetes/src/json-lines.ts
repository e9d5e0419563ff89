import { KubernetesError } from "./kubernetes-error.ts";

/** Stands for a line that is no JSON. */
export const notJson = Symbol("not JSON");

/** The longest line that is read: an object of the API server is at most 1.5 MiB, with room for its envelope. */
const LINE_CHARACTERS_MAX = 8 * 1024 * 1024;

/**
 * The JSON values of a stream with one on each line, as many at once as have come: thousands of events are then no
 * thousands of turns of the event loop. Throws for a line without end; what follows the last line break is not read.
 */
export async function* jsonLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<unknown[]> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true });
    const last = text.lastIndexOf("\n");
    if (last === -1) {
      parts.push(text);
      length += text.length;
      if (length > LINE_CHARACTERS_MAX)
        throw new KubernetesError("The cluster sent an object without end.", 500);
      continue;
    }
    // Pieces of a long line are joined once, when its end has come.
    yield values(parts.join("") + text.slice(0, last));
    parts = [text.slice(last + 1)];
    length = text.length - last - 1;
  }
}

function values(lines: string): unknown[] {
  const found: unknown[] = [];
  let start = 0;
  while (start < lines.length) {
    const end = lines.indexOf("\n", start);
    const line = end === -1 ? lines.slice(start) : lines.slice(start, end);
    start = end === -1 ? lines.length : end + 1;
    if (line.trim() !== "") found.push(parse(line));
  }
  return found;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return notJson;
  }
}
