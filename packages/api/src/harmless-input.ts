import { Invalid } from "@platz/domain";

/** How deep what is sent may be nested; forms and values of charts stay far below. */
const DEPTH_MAX = 64;

type Path = readonly (string | number)[];

/**
 * Refuses what no database keeps and no person means, wherever in an input it stands: the character NUL, halves of
 * characters, and nesting without end. Says where.
 */
export function requireHarmlessInput(input: unknown): void {
  const waiting: Place[] = [{ path: [], value: input }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { path, value } = place;
    if (path.length > DEPTH_MAX) {
      throw refused(path.slice(0, 3), `must not be nested more than ${DEPTH_MAX} deep`);
    }
    if (typeof value === "string") requireText(path, value);
    else waiting.push(...inside(place));
  }
}

interface Place {
  readonly path: Path;
  readonly value: unknown;
}

function inside({ path, value }: Place): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).map(([key, inner]) => {
    requireText(path, key);
    return { path: [...path, isList ? Number(key) : key], value: inner };
  });
}

function requireText(path: Path, text: string): void {
  if (text.includes("\0")) throw refused(path, "must not contain the character NUL");
  if (!text.isWellFormed()) throw refused(path, "must not contain half a character (an unpaired surrogate)");
}

function refused(path: Path, message: string): Invalid {
  return Invalid.fields("What was sent", [{ path: path.length === 0 ? ["input"] : path, message }]);
}
