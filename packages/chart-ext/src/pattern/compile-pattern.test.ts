import { expect, test } from "bun:test";
import fc from "fast-check";
import { StepBudget } from "../step-budget.ts";
import { type CompiledPattern, compilePattern, type Pattern } from "./compile-pattern.ts";

function pattern(source: string): Pattern {
  const compiled: CompiledPattern = compilePattern(source);
  if ("refused" in compiled) throw new Error(compiled.refused);
  return compiled;
}

test("a pattern finds what the engine of JavaScript finds, in whatever text", () => {
  const atom = fc.constantFrom(
    ...[
      "a",
      "b",
      "c",
      ".",
      "[ab]",
      "[^a]",
      "\\d",
      "\\W",
      "\\s",
      "^",
      "$",
      "(?:)",
      "[a-c-]",
      "\\b",
      "\\B",
      "\\.",
    ],
    ...["x1", "-", "[^]", "[]", "\\x61", "\\u0062", "]", "}", "{", "a{", "ä", "😀"],
  );
  const repetition = fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "+?", "??", "{0}");
  const { source } = fc.letrec<{ source: string }>((tie) => ({
    source: fc.oneof(
      { maxDepth: 5 },
      atom,
      fc.tuple(tie("source"), tie("source")).map((both) => both.join("")),
      fc.tuple(tie("source"), tie("source")).map((both) => `(?:${both.join("|")})`),
      tie("source").map((one) => `(${one})`),
      fc.tuple(tie("source"), repetition).map(([one, times]) => `(?:${one})${times}`),
    ),
  }));
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "c", "1", "-", ".", "\n", " ", "x", "ä", "{"),
    maxLength: 9,
  });
  fc.assert(
    fc.property(source, text, (source, text) => {
      expect(pattern(source).test(text)).toBe(new RegExp(source).test(text));
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["^(?<a>x+?)(?<b>x*)$", "xxx", { a: "x", b: "xx" }],
  ["(?P<word>\\w+)-(?P<number>\\d+)", "see ab-12 now", { word: "ab", number: "12" }],
  ["(?<first>a|ab)(?<rest>c|bcd)?", "abcd", { first: "a", rest: "bcd" }],
  ["(?<maybe>b)?a", "a", {}],
  ["\\p{Lu}(?<low>\\p{Ll}+)", "xÄöü", { low: "öü" }],
])("the named groups of %s in %s are those that are preferred", (source, text, groups) => {
  expect(pattern(source).groups(text)).toEqual(groups);
});

test.each([
  ["(a)\\1", /refers back.*character 6/],
  ["(?<a>x)\\k<a>", /refers back/],
  ["a(?=b)", /looks around.*character 4/],
  ["(?<!a)b", /looks around/],
  ["(?i)a", /kind that is not supported/],
  ["((a)", /without its/],
  ["a)", /without its/],
  ["*a", /repeats nothing/],
  ["a**", /repeats a repetition/],
  ["a{3,2}", /less often/],
  ["a{2000}", /more than 1000/],
  ["(a{1000}){1000}", /too large/],
  ["[b-a]", /range/],
  ["[a", /ends too early/],
  ["[[:alpha:]]", /POSIX/],
  ["\\p{Greek}", /Greek/],
  ["\\q", /escape/],
  ["a".repeat(5_000), /more than 4000 characters/],
])("the pattern %s is refused, and why and where is said", (source, told) => {
  expect(compilePattern(source)).toMatchObject({ refused: expect.stringMatching(told) });
});

test("a match takes at most the characters times the instructions, whatever the pattern", () => {
  const budget = new StepBudget(40 * 1_000);
  expect(pattern("^a*a*a*a*b$").test("a".repeat(1_000), budget)).toBe(false);
  expect(budget.left).toBeGreaterThan(0);
  expect(() => pattern("a*b").test("a".repeat(1_000), new StepBudget(100))).toThrow("too many steps");
});
