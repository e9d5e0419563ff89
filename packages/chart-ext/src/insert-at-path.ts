import { isObject, type Json, type JsonObject, own, setOwn } from "./json.ts";
import { RenderRoom } from "./render-room.ts";

/** Lists made by paths are bounded: what would go beyond is dropped. */
const CELLS_MAX = 1024;

/**
 * Puts a value where a path of a form's output says (workers spec 8.6). Elements are keys; within a list `[N]`, `[+]`
 * and `[=]` name a cell, a new one, and the last. Never overwrites a container on the way: what finds no place is dropped,
 * and `false` says so. Throws `NoRoom` when what it makes is more than all outputs of a form may make.
 */
export function insertAtPath(root: JsonObject, path: readonly string[], value: Json): boolean {
  return insertWithin(new RenderRoom(), root)(path, value);
}

/** The same for many values, whose containers and cells take room together. */
export function insertWithin(room: RenderRoom, root: JsonObject) {
  return (path: readonly string[], value: Json): boolean => {
    let place: Json = root;
    for (const [index, element] of path.entries()) {
      const next = path[index + 1];
      const wanted = next === undefined ? value : undefined;
      const step: Json | undefined = Array.isArray(place)
        ? stepIntoList(place, element, { wanted, next, room })
        : stepIntoObject(place, element, { wanted, next, room });
      if (step === undefined) return false;
      place = step;
    }
    return true;
  };
}

interface Step {
  /** The value, at the end of the path. */
  readonly wanted: Json | undefined;
  readonly next: string | undefined;
  readonly room: RenderRoom;
}

function stepIntoObject(place: Json, key: string, { wanted, next, room }: Step): Json | undefined {
  if (!isObject(place)) return undefined;
  room.take(1, key.length);
  if (wanted !== undefined) {
    setOwn(place, key, wanted);
    return wanted;
  }
  const existing = own(place, key);
  if (existing === undefined) {
    const made = container(next);
    setOwn(place, key, made);
    return made;
  }
  return typeof existing === "object" && existing !== null ? existing : undefined;
}

function stepIntoList(list: Json[], element: string, { wanted, next, room }: Step): Json | undefined {
  const index = cellIndex(list, element);
  if (index === undefined || index >= CELLS_MAX) return undefined;
  room.take(1 + Math.max(index + 1 - list.length, 0));
  while (list.length <= index) list.push(null);
  if (wanted !== undefined) {
    list[index] = wanted;
    return wanted;
  }
  // A cell that holds nothing yet becomes what the next element needs.
  list[index] ??= container(next);
  const cell = list[index];
  return typeof cell === "object" && cell !== null ? cell : undefined;
}

function cellIndex(list: readonly Json[], element: string): number | undefined {
  if (element === "[+]") return list.length;
  if (element === "[=]") return Math.max(list.length - 1, 0);
  const number = /^\[(\d{1,9})\]$/.exec(element)?.[1];
  return number === undefined ? undefined : Number(number);
}

function container(next: string | undefined): Json {
  return next?.startsWith("[") && next.endsWith("]") ? [] : {};
}

/**
 * Puts a value under a plain path of keys, making objects that are missing: where a chart wants a copy of node selector
 * or tolerations. `false` when the way leads through something that is no object; an empty path is a no-op.
 */
export function insertPlain(root: JsonObject, path: readonly string[], value: Json): boolean {
  let place = root;
  for (const [index, key] of path.entries()) {
    if (index === path.length - 1) {
      setOwn(place, key, value);
      return true;
    }
    const existing = own(place, key);
    const next: Json = existing ?? {};
    if (!isObject(next)) return false;
    if (existing === undefined || existing === null) setOwn(place, key, next);
    place = next;
  }
  return true;
}
