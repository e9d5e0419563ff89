import type { Figure } from "./figures.ts";

/** Parts of a bench, by name, each of which can be run on its own. */
export type Sections = Readonly<Record<string, () => Promise<Figure[]>>>;

/** Runs the sections that are named, or all of them, one after the other. Throws for a name that is none. */
export async function runSections(sections: Sections, names: readonly string[]): Promise<Figure[]> {
  const chosen = names.length === 0 ? Object.keys(sections) : names;
  const unknown = chosen.filter((name) => !Object.hasOwn(sections, name));
  if (unknown.length > 0) {
    throw new Error(`no section ${unknown.join(", ")}; there are: ${Object.keys(sections).join(", ")}`);
  }
  const figures: Figure[] = [];
  for (const name of chosen) {
    console.error(`bench: ${name} …`);
    const found = (await sections[name]?.()) ?? [];
    for (const figure of found) console.error(`  ${figure.name}: ${figure.value}`);
    figures.push(...found);
  }
  return figures;
}
