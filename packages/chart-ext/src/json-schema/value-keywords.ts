import { z } from "zod";
import { type Json, sameJson } from "../json.ts";
import type { Keyword } from "./keywords.ts";
import type { SchemaIssue } from "./schema-check.ts";

const issue = (message: string): SchemaIssue => ({ path: [], message });

/** A keyword of numbers, whose rule is a number too. */
const ofNumber =
  (fits: (value: number, rule: number) => boolean, words: string): Keyword =>
  (rule, value) => {
    if (typeof value !== "number" || typeof rule !== "number" || fits(value, rule)) return undefined;
    return issue(`must be ${words} ${rule}`);
  };

/** A bound that in draft 4 `true` beside it makes exclusive. */
const bound = (exclusive: string, inclusive: Keyword, strict: Keyword): Keyword => {
  return (rule, value, at) => (at.schema[exclusive] === true ? strict : inclusive)(rule, value, at);
};

const above = ofNumber((value, rule) => value > rule, "more than");
const below = ofNumber((value, rule) => value < rule, "less than");

const ofLength =
  (fits: (length: number, rule: number) => boolean, words: string): Keyword =>
  (rule, value, { check }) => {
    if (typeof value !== "string" || typeof rule !== "number") return undefined;
    check.budget.spend(Math.ceil(value.length / 64));
    let length = 0;
    for (const _ of value) length += 1;
    return fits(length, rule) ? undefined : issue(`must have ${words} ${rule} characters`);
  };

/** Formats that Helm knows too, and how they are called. */
const formats: Readonly<Record<string, readonly [z.ZodType, string]>> = {
  email: [z.email(), "e-mail address"],
  hostname: [z.hostname(), "hostname"],
  ipv4: [z.ipv4(), "IPv4 address"],
  ipv6: [z.ipv6(), "IPv6 address"],
  uri: [z.url(), "URL"],
  uuid: [z.guid(), "UUID"],
  date: [z.iso.date(), "date, such as 2030-01-31"],
  "date-time": [z.iso.datetime({ offset: true }), "date and time, such as 2030-01-31T12:00:00Z"],
};
const FORMATTED_LENGTH_MAX = 2_000;

/** Keywords of texts, numbers, and of whatever there is. */
export const valueKeywords: Readonly<Record<string, Keyword>> = {
  const(rule, value, { check }) {
    check.budget.spend(1);
    return sameJson(rule, value) ? undefined : issue(`must be ${textOf(rule)}`);
  },
  enum(rule, value, { check }) {
    if (!Array.isArray(rule) || rule.length === 0) return undefined;
    check.budget.spend(rule.length);
    return rule.some((each) => sameJson(each, value)) ? undefined : issue(`must be ${choiceOf(rule)}`);
  },
  minimum: bound(
    "exclusiveMinimum",
    ofNumber((value, rule) => value >= rule, "at least"),
    above,
  ),
  maximum: bound(
    "exclusiveMaximum",
    ofNumber((value, rule) => value <= rule, "at most"),
    below,
  ),
  exclusiveMinimum: above,
  exclusiveMaximum: below,
  multipleOf(rule, value) {
    if (typeof value !== "number" || typeof rule !== "number" || rule <= 0) return undefined;
    const times = value / rule;
    const isMultiple = Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
    return isMultiple ? undefined : issue(`must be a multiple of ${rule}`);
  },
  minLength: ofLength((length, rule) => length >= rule, "at least"),
  maxLength: ofLength((length, rule) => length <= rule, "at most"),
  pattern(rule, value, { check }) {
    if (typeof value !== "string" || typeof rule !== "string") return undefined;
    return check.matches(rule, value) === false ? issue(`must match ${rule}`) : undefined;
  },
  format(rule, value) {
    if (typeof value !== "string" || typeof rule !== "string" || value.length > FORMATTED_LENGTH_MAX) {
      return undefined;
    }
    const format = Object.hasOwn(formats, rule) ? formats[rule] : undefined;
    if (format === undefined || format[0].safeParse(value).success) return undefined;
    return issue(`must be a valid ${format[1]}`);
  },
};

const CHOICES_MAX = 20;

/** What there is to choose from, as far as anybody reads it. */
function choiceOf(choices: readonly Json[]): string {
  const first = choices.slice(0, CHOICES_MAX).map(textOf).join(" or ");
  return choices.length > CHOICES_MAX ? `${first} or one of ${choices.length - CHOICES_MAX} others` : first;
}

function textOf(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
