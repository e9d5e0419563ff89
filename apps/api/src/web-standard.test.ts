import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

const top = new URL("../../../", import.meta.url).pathname;
const ours = (path: string) => path.startsWith(`${top}apps/`) || path.startsWith(`${top}packages/`);

/** Every source of ours that a module loads, directly or through others. */
async function reached(entry: string, found = new Map<string, string>()): Promise<Map<string, string>> {
  if (found.has(entry)) return found;
  const source = await readFile(entry, "utf8");
  found.set(entry, source);
  if (entry.endsWith(".json")) return found;
  const { imports } = new Bun.Transpiler({ loader: "ts" }).scan(source);
  for (const { path } of imports) {
    if (path.startsWith("bun")) found.set(`${entry} → ${path}`, "Bun.");
    else if (path.startsWith(".") || path.startsWith("@platz/")) {
      const file = Bun.resolveSync(path, dirname(entry));
      if (ours(file)) await reached(file, found);
    }
  }
  return found;
}

test("nothing that the handler reaches is of Bun alone", async () => {
  const files = await reached(new URL("./server.ts", import.meta.url).pathname);
  expect(files.size).toBeGreaterThan(50);
  const bound = [...files].filter(([, source]) => /\bBun\b\.|from "bun/.test(source)).map(([file]) => file);
  expect(bound).toEqual([]);
});
