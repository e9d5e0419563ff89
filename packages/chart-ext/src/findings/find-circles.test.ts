import { expect, test } from "bun:test";
import fc from "fast-check";
import { findCircles, shortestCircle } from "./find-circles.ts";

const names = ["a", "b", "c", "d", "e", "f"];
const graph = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 12 })
  .map(
    (edges) =>
      new Map(names.map((name) => [name, edges.filter(([from]) => from === name).map(([, to]) => to)])),
  );

/** By trying every way, which small graphs allow. */
function reaches(from: string, to: string, edges: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const look = (at: string): boolean =>
    (edges.get(at) ?? []).some(
      (next) => next === to || (!seen.has(next) && seen.add(next).size > 0 && look(next)),
    );
  return look(from);
}

test("exactly those that come back to themselves are in circles, and the way that is told is one", () => {
  fc.assert(
    fc.property(graph, (edges) => {
      const circles = findCircles(edges);
      expect([...circles].sort()).toEqual(names.filter((name) => reaches(name, name, edges)));
      for (const id of circles) {
        const way = shortestCircle(id, edges);
        expect([way[0], way.at(-1)]).toEqual([id, id]);
        for (const [index, at] of way.slice(0, -1).entries())
          expect(edges.get(at)).toContain(way[index + 1] ?? "");
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a dependency on what is not there is no circle", () => {
  expect([...findCircles(new Map([["a", ["x"]]]))]).toEqual([]);
});
