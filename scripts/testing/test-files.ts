import { Glob } from "bun";

/** Where tests are. */
const rooms = ["apps", "packages", "examples", "scripts", "test"];

/** Paths (from `top`) of every test file, or of those whose path contains one of `parts`. */
export function testFiles(top: string, parts: readonly string[]): string[] {
  const wanted = parts.map((part) => part.replace(/^\.\//, ""));
  return rooms
    .flatMap((room) => [...new Glob(`${room}/**/*.test.ts`).scanSync(top)])
    .filter((file) => !file.includes("node_modules/"))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort();
}
