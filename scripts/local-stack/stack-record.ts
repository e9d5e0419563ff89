import type { Child } from "./child-process.ts";
import { removeStackFile, type StackDescription, writeStackFile } from "./stack-file.ts";

/** What is known of a stack while it comes up and runs, kept in its file for other commands until disposed. */
export class StackRecord implements Disposable {
  readonly #folder: string;
  #description: StackDescription;

  constructor(folder: string, description: StackDescription) {
    this.#folder = folder;
    this.#description = description;
    writeStackFile(folder, description);
  }

  get description(): StackDescription {
    return this.#description;
  }

  update(changes: Partial<StackDescription>): void {
    this.#description = { ...this.#description, ...changes };
    writeStackFile(this.#folder, this.#description);
  }

  addProcesses(children: readonly Child[]): void {
    const added = Object.fromEntries(children.map(({ name, pid }) => [name, pid]));
    this.update({ processes: { ...this.#description.processes, ...added } });
  }

  [Symbol.dispose](): void {
    removeStackFile(this.#folder);
  }
}
