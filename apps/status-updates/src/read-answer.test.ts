import { expect, test } from "bun:test";
import { readAnswer } from "./read-answer.ts";

const answer = (body: unknown) => readAnswer({ status: 200, text: JSON.stringify(body) });
const status = { name: "Idle", color: "success" };

test("a document is kept with its defaults, and numbers as text", () => {
  const primary_metric = { value: 5, unit: "req", short_description: "load" };
  const told: unknown = answer({ status, primary_metric, more: 1 });
  expect(told).toEqual({
    document: {
      status,
      primary_metric: { ...primary_metric, value: "5", color: null },
      metrics: null,
      notices: [],
    },
  });
});

test.each([
  [{ color: "green", text: "OK" }],
  [{ status: { name: "Idle", color: "Green" } }],
  [{ status, notices: null }],
  [{ status, notices: [{ level: "warning", text: "x" }] }],
  [{ status, primary_metric: { value: "many", unit: "", short_description: "" } }],
])("%j is no status document", (body) => {
  expect(answer(body)).toEqual({ problem: expect.stringContaining("The status document is not valid: ") });
});

test("an error status and what is no JSON are sentences", () => {
  expect(readAnswer({ status: 503, text: "{}" })).toEqual({
    problem: "The status endpoint answered with HTTP status 503.",
  });
  expect(readAnswer({ status: 200, text: "<html>" })).toEqual({
    problem: "The status endpoint did not answer with JSON.",
  });
});

test("characters that no database keeps are replaced", () => {
  const told = readAnswer({ status: 200, text: '{"status":{"name":"a\\u0000b\\ud800","color":"danger"}}' });
  expect(told).toMatchObject({ document: { status: { name: "a\uFFFDb\uFFFD" } } });
});
