/** How a text is looked at: which of its characters count, and as what. */
export interface View {
  /** The code that a UTF-16 unit counts as; 0 when it is passed over. */
  readonly codeOf: (unit: number) => number;
}

/** Every character as it is. */
export const exact: View = { codeOf: (unit) => unit };

/**
 * Letters and digits alone, without case. So a text is found whatever stands between its parts: line breaks and
 * indentation, backslashes and doubled quotes of any depth, `+` or `-` in base64, colons in hexadecimal.
 */
export const folded: View = {
  codeOf: (unit) => (unit < 128 ? (table[unit] ?? 0) : spaces.has(unit) ? 0 : unit),
};

/** Line breaks and spaces beyond ASCII, some of which encoders escape and others do not. */
const spaces = new Set([0x85, 0xa0, 0x2028, 0x2029, 0xfeff]);

const table = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  return /[0-9A-Za-z]/.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

/** A text to look for, as a view has it. */
export interface Pattern {
  readonly codes: readonly number[];
  /** What stands before and after what counts, and goes with it when it is there. */
  readonly lead: string;
  readonly tail: string;
  /** How many characters follow that count, after the beginning by which a long text is known. */
  readonly rest: number;
}

/** By its beginning a longer text is known; the rest is taken with it. */
const CODES_MAX = 256;
const EDGE_MAX = 16;

export function patternOf(text: string, { codeOf }: View): Pattern {
  const codes: number[] = [];
  let first = text.length;
  let last = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = codeOf(text.charCodeAt(index));
    if (code === 0) continue;
    if (codes.length === 0) first = index;
    last = index;
    codes.push(code);
  }
  return {
    codes: codes.slice(0, CODES_MAX),
    lead: text.slice(Math.max(0, first - EDGE_MAX), first),
    tail: codes.length > CODES_MAX ? "" : text.slice(last + 1, last + 1 + EDGE_MAX),
    rest: Math.max(0, codes.length - CODES_MAX),
  };
}
