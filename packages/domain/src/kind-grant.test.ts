import { expect, test } from "bun:test";
import { ClusterId, KindId } from "./ids.ts";
import { effectiveGrant, NewKindGrant } from "./kind-grant.ts";

const here = ClusterId.parse(crypto.randomUUID());
const there = ClusterId.parse(crypto.randomUUID());
const kindId = KindId.parse(crypto.randomUUID());

const grant = (given: object) =>
  NewKindGrant.parse({ kindId, preset: "nothing", reason: "a test", ...given });
const level = (enforce: string, warn: string | null = null) => ({ podSecurity: { enforce, warn } });

test("a kind without a grant has nothing outside of its namespaces, and baseline", () => {
  expect(effectiveGrant([], here)).toEqual({
    clusterRoles: [],
    podSecurity: { enforce: "baseline", warn: null },
  });
});

test("a preset is a ClusterRole of a fixed name, and a named one is its own", () => {
  const roles = (...grants: object[]) => effectiveGrant(grants.map(grant), here).clusterRoles;
  expect(roles({ preset: "nothing" })).toEqual([]);
  expect(roles({ preset: "crds" })).toEqual(["platz-grant-crds"]);
  expect(roles({ preset: "everything" })).toEqual(["platz-grant-all"]);
  expect(roles({ preset: null, clusterRole: "team:gateways" })).toEqual(["team:gateways"]);
  expect(
    roles({ preset: null, clusterRole: "team:gateways" }, { preset: "crds" }, { preset: "crds" }),
  ).toEqual(["platz-grant-crds", "team:gateways"]);
});

test("a grant that names clusters holds on these, and on no other", () => {
  const grants = [grant({ preset: "everything", clusterIds: [there], ...level("privileged") })];
  expect(effectiveGrant(grants, here)).toEqual(effectiveGrant([], here));
  expect(effectiveGrant(grants, there)).toEqual({
    clusterRoles: ["platz-grant-all"],
    podSecurity: { enforce: "privileged", warn: null },
  });
});

test("of several levels that counts which forbids least; a single stricter one counts as it is", () => {
  const of = (...levels: ReturnType<typeof level>[]) => effectiveGrant(levels.map(grant), here).podSecurity;
  expect(of(level("restricted"))).toEqual({ enforce: "restricted", warn: null });
  expect(of(level("restricted"), level("privileged", "baseline"), level("baseline"))).toEqual({
    enforce: "privileged",
    warn: "baseline",
  });
});

test("a new grant is a preset or a ClusterRole, not both, and says why", () => {
  const issues = (given: object) =>
    NewKindGrant.safeParse({ kindId, reason: "a test", ...given }).error?.issues.map(
      ({ message }) => message,
    );
  expect(issues({ preset: "crds" })).toBeUndefined();
  expect(issues({})?.[0]).toContain("one of them, not both");
  expect(issues({ preset: "crds", clusterRole: "x" })?.[0]).toContain("one of them, not both");
  expect(issues({ preset: "crds", reason: " " })?.[0]).toContain("must say why");
  expect(issues({ clusterRole: "a/b" })?.[0]).toContain("the name of a ClusterRole");
  expect(issues({ preset: "crds", clusterIds: [] })?.[0]).toContain("must name a cluster");
});
