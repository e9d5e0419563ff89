/** Which characters stand at one place of a text. A character is a Unicode code point. */
export type CharSet = (point: number) => boolean;

const between = (first: string, last: string): CharSet => {
  const [from, to] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0];
  return (point) => point >= from && point <= to;
};
const byExpression =
  (expression: RegExp): CharSet =>
  (point) =>
    expression.test(String.fromCodePoint(point));

export const union =
  (sets: readonly CharSet[]): CharSet =>
  (point) =>
    sets.some((set) => set(point));
export const not =
  (set: CharSet): CharSet =>
  (point) =>
    !set(point);
export const only =
  (wanted: number): CharSet =>
  (point) =>
    point === wanted;
export const range =
  (from: number, to: number): CharSet =>
  (point) =>
    point >= from && point <= to;

const digit = between("0", "9");
const word = union([digit, between("a", "z"), between("A", "Z"), only(95)]);
const space = byExpression(/\s/u);
const lineEnd = byExpression(/[\n\r\u2028\u2029]/u);

export const isWord = word;
export const anyButLineEnd = not(lineEnd);

/** `\d` and the like, by their letter (ECMA-262 22.2). */
export const classEscapes: Readonly<Record<string, CharSet>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};

/** `\p{…}`, by the name between the braces: general categories, which is what patterns of charts use. */
export const properties: Readonly<Record<string, CharSet>> = {
  L: byExpression(/\p{L}/u),
  Letter: byExpression(/\p{L}/u),
  Lu: byExpression(/\p{Lu}/u),
  Ll: byExpression(/\p{Ll}/u),
  M: byExpression(/\p{M}/u),
  N: byExpression(/\p{N}/u),
  Nd: byExpression(/\p{Nd}/u),
  P: byExpression(/\p{P}/u),
  S: byExpression(/\p{S}/u),
  Z: byExpression(/\p{Z}/u),
  Zs: byExpression(/\p{Zs}/u),
  Cc: byExpression(/\p{Cc}/u),
};
