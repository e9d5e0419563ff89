import { expect, test } from "bun:test";
import { issueText } from "./chart-issue.ts";
import { featuresOf } from "./features.ts";
import { type Need, needSentence, needsBeyond } from "./needs.ts";
import { parseChart } from "./parse-chart.ts";

function featuresWith(needs: string) {
  const parsed = parseChart(
    new Map([
      ["Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"],
      ["platz/features.yaml", `apiVersion: platz.io/v1beta2\nkind: Features\nspec:\n  needs:\n${needs}`],
    ]),
  );
  return { ...parsed, needs: featuresOf(parsed.features).needs, told: parsed.issues.map(issueText) };
}

const why = "It says so.";

test("needs are of deployments, to read them unless more is said, or of secrets, each with what it is for", () => {
  const { needs, told, findings } = featuresWith(`
    - { deployments: PaintMixer, access: act, why: It stirs them. }
    - { deployments: "*", why: It reports on them. }
    - { secrets: paint, why: It offers them. }
`);
  expect([told, findings]).toEqual([[], []]);
  expect(needs).toEqual([
    { deployments: "PaintMixer", access: "act", why: "It stirs them." },
    { deployments: "*", access: "read", why: "It reports on them." },
    { secrets: "paint", why: "It offers them." },
  ]);
  expect(needs.map(needSentence)).toEqual([
    "It invokes actions of, restarts and reads every PaintMixer of its env: It stirs them.",
    "It reads the configuration and logs of every deployment of its env: It reports on them.",
    "It sees the names of the secrets of paint: It offers them.",
  ]);
});

test.each([
  ["    - { deployments: PaintMixer }", "needs.0"],
  ["    - { deployments: PaintMixer, why: ' ' }", "needs.0"],
  ["    - { deployments: PaintMixer, access: own, why: x }", "needs.0"],
  ["    - { deployments: PaintMixer, secrets: paint, why: x }", "needs.0"],
  ["    - { envs: all, why: x }", "needs.0"],
  ["    PaintMixer: act", "needs"],
])("a need like %p is refused, and where is said", (text, place) => {
  const { told, features } = featuresWith(text);
  expect(features).toBeNull();
  expect(told.join()).toContain(`spec.${place}`);
});

test("a need that an earlier one covers cannot be meant", () => {
  const { findings } = featuresWith(`
    - { deployments: "*", access: act, why: ${why} }
    - { deployments: PaintMixer, why: ${why} }
`);
  expect(findings).toMatchObject([{ path: ["spec", "needs", 1] }]);
});

test("what needs beyond others is what these do not cover", () => {
  const all: Need = { deployments: "*", access: "read", why };
  const act: Need = { deployments: "PaintMixer", access: "act", why };
  const read: Need = { deployments: "PaintMixer", access: "read", why };
  const paint: Need = { secrets: "paint", why };
  expect(needsBeyond([all, act, read, paint], [])).toEqual([all, act, read, paint]);
  expect(needsBeyond([act, read, paint], [all])).toEqual([act, paint]);
  expect(needsBeyond([all, act, read], [act])).toEqual([all]);
  expect(needsBeyond([paint], [{ secrets: "oil", why }])).toEqual([paint]);
  expect(needsBeyond([read, paint], [act, paint])).toEqual([]);
});

test("a chart without the part needs nothing, in whatever version its file is written", () => {
  for (const stored of [null, {}, { apiVersion: "platz.io/v1beta2", kind: "Features", spec: {} }])
    expect(featuresOf(stored).needs).toEqual([]);
});
