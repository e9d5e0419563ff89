import { expect, test } from "bun:test";
import { HelmTagFormatId } from "@platz/domain";
import { parseTag, type TagFormat } from "./parse-tag.ts";

const format = (pattern: string): TagFormat => ({
  id: HelmTagFormatId.parse(crypto.randomUUID()),
  pattern,
});
const described = format(
  "^(chart-)?v?(?P<version>\\d+\\.\\d+\\.\\d+)((-(?P<revision>\\d+))?(-g(?P<commit>[0-9a-zA-Z]+))?-(?P<branch>[-\\w]+))?$",
);
const numbered = format(
  "^(chart-)?v?(?P<version>\\d+\\.\\d+\\.\\d+)-(?P<branch>[-_A-Za-z0-9]+)\\.(?P<revision>\\d+)$",
);
const never = () => {
  throw new Error("a format was called invalid");
};

test.each([
  ["1.2.3", { version: "1.2.3", revision: "", branch: "", commit: "" }],
  ["v1.2.3-4-gabc12-main", { version: "1.2.3", revision: "4", branch: "main", commit: "abc12" }],
  ["chart-v1.2.3-dev.7", { version: "1.2.3", revision: "7", branch: "dev", commit: "" }],
])("the tag %s is read by the formats that every installation has", (tag, parts) => {
  expect(parseTag([described, numbered], tag, never)).toMatchObject(parts);
});

test("a tag that fits no format says nothing", () => {
  expect(parseTag([described, numbered], "latest", never)).toBeNull();
});

test("the first format that fits wins", () => {
  const all = format("^(?P<branch>.*)$");
  expect(parseTag([all, described], "1.2.3", never)).toMatchObject({ tagFormatId: all.id, branch: "1.2.3" });
});

test("formats that cannot be used are told, and take nothing from the others", () => {
  const broken = format("(?P<version>");
  const huge = format(`^${"a".repeat(2000)}$`);
  const told: TagFormat[] = [];
  const parsed = parseTag([broken, huge, described], "1.2.3", (each) => told.push(each));
  expect(parsed?.tagFormatId).toBe(described.id);
  expect(told).toEqual([broken, huge]);
});

test.each(["^(a)\\1+$", "^(?=a+)b$", "^(?<!b)a$", "^(?i)a$"])(
  "the pattern %s, which no engine reads in time that grows with the tag alone, is passed over",
  (pattern) => {
    const told: TagFormat[] = [];
    expect(parseTag([format(pattern)], "a", (each) => told.push(each))).toBeNull();
    expect(told).toHaveLength(1);
  },
);

test.each([
  "^(a+)+$",
  "^((a|b)*)*$",
  "^(a|a)*$",
  "^(a*){2,}$",
  "^(?:(?P<branch>[a-z]+)-?)+$",
  "^a*a*a*a*a*a*a*b$",
  "^.*.*.*.*.*.*.*.*=$",
  "[^](a+)+[^]]",
])("the pattern %s takes no longer than others on the longest tag", (pattern) => {
  expect(parseTag([format(pattern)], `${"a".repeat(127)}!`, never)).toBeNull();
});

test.each(["^(ab)+$", "^([a|+*(]+)?$", "^(\\(+)?ab$", "^(?:a|ab)b?$", "^a{1,3}b$", "^(?P<version>a(b)*)?$"])(
  "the pattern %s is used",
  (pattern) => {
    expect(parseTag([format(pattern)], "ab", never)).not.toBeUndefined();
  },
);
