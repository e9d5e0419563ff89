import { expect, test } from "bun:test";
import { ungrantedSentence } from "./ungranted.ts";

const object = (name: string) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  name,
  namespace: null,
  why: "belongs to the whole cluster",
});

test("the sentence names the objects, and who can give the grant by which verb", () => {
  expect(ungrantedSentence("PaintMixer", [object("a"), object("b")])).toBe(
    "The kind PaintMixer has no grant for ClusterRole a, which belongs to the whole cluster; ClusterRole b, which belongs to the whole cluster. " +
      "A site admin can give it one: kindGrants.createForChart grants what a version of its chart needs, kindGrants.create more.",
  );
});

test("of very many objects the first are named, and the others counted", () => {
  const objects = Array.from({ length: 300 }, (_, n) => object(`role-${n}`));
  const sentence = ungrantedSentence("PaintMixer", objects);
  expect(sentence).toContain("role-4, which belongs to the whole cluster; and 295 more.");
  expect(sentence).not.toContain("role-5");
});
