import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Glob } from "bun";

/** Markdown whose paths and links are checked. Decision records are history: they are never edited, so not checked. */
const checked = ["*.md", "docs/*.md", "examples/**/*.md", "packages/*/README.md", "apps/*/README.md"];

/** Links and quoted paths in the documentation that lead nowhere, as `file: path`. */
export async function deadReferences(top: string): Promise<string[]> {
  const dead: string[] = [];
  for (const file of files(top)) {
    const text = await Bun.file(`${top}/${file}`).text();
    for (const path of references(text)) {
      const places = [join(top, dirname(file), path), join(top, path)];
      const found = await Promise.all(places.map(exists));
      if (!found.includes(true)) dead.push(`${file}: ${path}`);
    }
  }
  return dead;
}

function files(top: string): string[] {
  const all = checked.flatMap((pattern) => [...new Glob(pattern).scanSync(top)]);
  return [...new Set(all)].filter((file) => !file.includes("node_modules")).sort();
}

/** Relative links, and paths quoted as code that begin with a folder of ours. */
export function references(markdown: string): string[] {
  const links = [...markdown.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)/g)].map(
    ([, path]) => path,
  );
  const quoted = [...markdown.matchAll(/`((?:apps|packages|scripts|docs|examples|test)\/[\w@./-]+)`/g)].map(
    ([, path]) => path,
  );
  return [...links, ...quoted].filter((path) => path !== undefined);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
