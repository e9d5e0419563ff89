import { Invalid } from "@platz/domain";

/** How deep what is sent may be nested; forms and values of charts stay far below. */
const DEPTH_MAX = 64;

/** How many values one input may hold, those inside of others too; forms and values of charts stay far below. */
export const INPUT_VALUES_MAX = 20_000;

/** A list or an object that is being looked through, and how far that has come. */
interface Level {
  readonly value: object;
  /** The names in an object; a list has none, so that it costs no memory. */
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  next: number;
}

/**
 * Refuses what no database keeps and no person means, wherever in an input it stands: the character NUL, halves of
 * characters, nesting without end and values without number. Says where. Costs neither stack nor memory by what is sent:
 * one level is remembered for each step into the depth, and the place is only put together for a refusal.
 */
export function requireHarmlessInput(input: unknown): void {
  const levels: Level[] = [];
  let count = 0;
  look(input);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { keys, length, next } = level;
    if (next === length) {
      levels.pop();
      continue;
    }
    level.next += 1;
    const key = keys === undefined ? next : keys[next];
    if (typeof key === "string") requireText(levels, key, levels.length - 1);
    look(Reflect.get(level.value, key ?? next));
  }

  function look(value: unknown): void {
    requireText(levels, value);
    if (typeof value !== "object" || value === null) return;
    if (levels.length >= DEPTH_MAX) {
      throw refused(placeOf(levels).slice(0, 3), `must not be nested more than ${DEPTH_MAX} deep`);
    }
    const level = levelOf(value);
    count += level.length;
    if (count > INPUT_VALUES_MAX) {
      throw refused(placeOf(levels).slice(0, 3), `must not hold more than ${INPUT_VALUES_MAX} values in all`);
    }
    levels.push(level);
  }
}

function levelOf(value: object): Level {
  if (Array.isArray(value)) return { value, keys: undefined, length: value.length, next: 0 };
  const keys = Object.keys(value);
  return { value, keys, length: keys.length, next: 0 };
}

function requireText(levels: readonly Level[], text: unknown, depth = levels.length): void {
  if (typeof text !== "string") return;
  if (text.includes("\0"))
    throw refused(placeOf(levels.slice(0, depth)), "must not contain the character NUL");
  if (text.isWellFormed()) return;
  throw refused(placeOf(levels.slice(0, depth)), "must not contain half a character (an unpaired surrogate)");
}

/** Where the walk stands: the name or number last taken of each level. */
function placeOf(levels: readonly Level[]): (string | number)[] {
  return levels.map(({ keys, next }) => keys?.[next - 1] ?? next - 1);
}

function refused(path: readonly (string | number)[], message: string): Invalid {
  return Invalid.fields("What was sent", [{ path, message }]);
}
