import { limits } from "../limits.ts";
import type { CharSet } from "./char-set.ts";
import type { Assertion, PatternNode } from "./parse-pattern.ts";
import { PatternError } from "./pattern-error.ts";

/** One step of a program. Ways on are tried in their order, the preferred one first. */
export type Instruction =
  | { readonly kind: "char"; readonly set: CharSet }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "split"; readonly ways: readonly number[] }
  | { readonly kind: "save"; readonly slot: number }
  | { readonly kind: "match" };

export interface PatternProgram {
  readonly instructions: readonly Instruction[];
  /** Names of groups, by where their begin is saved; their end is saved behind it. */
  readonly groups: ReadonlyMap<string, number>;
}

/** Makes a program of a pattern (Thompson's construction); counted repetitions are written out. */
export function programOf(node: PatternNode): PatternProgram {
  const writer = new ProgramWriter();
  writer.write(node);
  writer.add({ kind: "match" });
  return { instructions: writer.instructions, groups: writer.groups };
}

class ProgramWriter {
  readonly instructions: Instruction[] = [];
  readonly groups = new Map<string, number>();
  #written = 0;

  /** Where the next instruction will stand. */
  get #here(): number {
    return this.instructions.length;
  }

  add(instruction: Instruction): void {
    this.#count();
    this.instructions.push(instruction);
  }

  /** Also what comes to no instruction takes its time. */
  #count(): void {
    this.#written += 1;
    if (this.#written > limits.patternInstructions) {
      throw new PatternError("repeats so much that it is too large to be used");
    }
  }

  write(node: PatternNode): void {
    this.#count();
    switch (node.kind) {
      case "char":
      case "assert":
        this.add(node);
        return;
      case "sequence":
        for (const part of node.parts) this.write(part);
        return;
      case "choice":
        this.#choice(node.ways);
        return;
      case "group":
        this.#group(node);
        return;
      default:
        this.#repeat(node);
    }
  }

  #choice(ways: readonly PatternNode[]): void {
    const starts: number[] = [];
    const ends: number[] = [];
    const split = this.#reserve();
    for (const way of ways) {
      starts.push(this.#here);
      this.write(way);
      ends.push(this.#reserve());
    }
    this.instructions[split] = { kind: "split", ways: starts };
    for (const end of ends) this.instructions[end] = { kind: "split", ways: [this.#here] };
  }

  #group({ name, content }: PatternNode & { readonly kind: "group" }): void {
    if (name === undefined) {
      this.write(content);
      return;
    }
    const slot = this.groups.get(name) ?? this.groups.size * 2;
    this.groups.set(name, slot);
    this.add({ kind: "save", slot });
    this.write(content);
    this.add({ kind: "save", slot: slot + 1 });
  }

  #repeat({ content, least, most, isLazy }: PatternNode & { readonly kind: "repeat" }): void {
    for (let count = 0; count < least; count += 1) this.write(content);
    const ways = (into: number, past: number) => (isLazy ? [past, into] : [into, past]);
    if (most === undefined) {
      const split = this.#reserve();
      this.write(content);
      this.add({ kind: "split", ways: [split] });
      this.instructions[split] = { kind: "split", ways: ways(split + 1, this.#here) };
      return;
    }
    const splits: number[] = [];
    for (let count = least; count < most; count += 1) {
      splits.push(this.#reserve());
      this.write(content);
    }
    for (const split of splits) {
      this.instructions[split] = { kind: "split", ways: ways(split + 1, this.#here) };
    }
  }

  /** A place for an instruction whose ways are not known yet. */
  #reserve(): number {
    this.add({ kind: "match" });
    return this.#here - 1;
  }
}
