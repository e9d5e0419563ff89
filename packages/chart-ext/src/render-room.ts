import type { Json } from "./json.ts";
import { limits } from "./limits.ts";

/** The outputs of a form make more than is taken. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

/** How much the outputs of a form may still make: they may put one input at many places, and cells into long lists. */
export class RenderRoom {
  #values: number = limits.renderedValues;
  #characters: number = limits.renderedCharacters;

  /** Takes room for so many values. Throws `NoRoom` when there is less. */
  take(values: number, characters = 0): void {
    this.#values -= values;
    this.#characters -= characters;
    if (this.#values < 0 || this.#characters < 0) throw new NoRoom("no room");
  }

  /** Takes room for all that a value holds. */
  takeFor(value: Json): void {
    const left: Json[] = [value];
    for (let each = left.pop(); each !== undefined; each = left.pop()) {
      this.take(1, typeof each === "string" ? each.length : 0);
      for (const [key, member] of membersOf(each)) {
        this.take(0, key.length);
        left.push(member);
      }
    }
  }
}

function membersOf(value: Json): (readonly [string, Json])[] {
  if (Array.isArray(value)) return value.map((item) => ["", item] as const);
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
