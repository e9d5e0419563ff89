/** The longest line that is read: an object of the API server is at most 1.5 MiB, with room for its envelope. */
const LINE_CHARACTERS_MAX = 8 * 1024 * 1024;

/** The JSON values of a stream with one on each line. A line that is no JSON is passed over. */
export async function* jsonLines(response: Response): AsyncGenerator<unknown> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body) {
    const text = rest + decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      const value = parse(text.slice(start, end));
      start = end + 1;
      if (value !== undefined) yield value;
    }
    rest = text.slice(start);
    if (rest.length > LINE_CHARACTERS_MAX) throw new Error("The API server sent an object without end.");
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
