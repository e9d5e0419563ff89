import { expect, test } from "bun:test";
import fc from "fast-check";
import { rendezvousWinner } from "./rendezvous.ts";

const clusters = Array.from({ length: 2_000 }, (_, index) => `cluster-${index}`);
const agents = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 2, maxLength: 9 });
const winners = (names: readonly string[]) =>
  new Map(clusters.map((cluster) => [cluster, rendezvousWinner(cluster, names)]));

test("each agent has its share of the clusters, within a third of it", () => {
  fc.assert(
    fc.property(agents, (names) => {
      const share = clusters.length / names.length;
      const won = [...winners(names).values()];
      for (const name of names) {
        const own = won.filter((winner) => winner === name).length;
        expect(Math.abs(own - share)).toBeLessThan(share / 3);
      }
    }),
    { numRuns: 20 },
  );
});

test("when one agent leaves only its own clusters move, and the order of names does not matter", () => {
  fc.assert(
    fc.property(agents, fc.nat(), (names, at) => {
      const before = winners(names);
      const gone = names[at % names.length];
      const after = winners(names.filter((name) => name !== gone).reverse());
      for (const [cluster, winner] of before) {
        if (winner === gone) expect(after.get(cluster)).not.toBe(gone ?? "");
        else expect(after.get(cluster)).toBe(winner ?? "");
      }
    }),
    { numRuns: 20 },
  );
});

test("of nobody nobody wins", () => {
  expect(rendezvousWinner("cluster", [])).toBeUndefined();
});
