import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { redactor } from "./redactor.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const hex = (text: string) => Buffer.from(text).toString("hex");
const wrapped = (text: string, width: number) => text.replace(new RegExp(`.{${width}}`, "gs"), "$&\n  ");
const goJson = (text: string) =>
  JSON.stringify(text).replace(
    /[<>&\u2028]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
const goQuery = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);

/** Ways in which a secret shows, by the programs that write it so. */
const writers: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "in capitals": (secret) => secret.toUpperCase(),
  "in small letters": (secret) => secret.toLowerCase(),
  JSON: (secret) => JSON.stringify(secret),
  "Go's JSON": goJson,
  "JSON in JSON": (secret) => JSON.stringify(JSON.stringify({ k: secret })),
  "JSON in Go's JSON, three deep": (secret) => goJson(goJson(goJson(secret))),
  "ASCII JSON": (secret) =>
    JSON.stringify(secret).replace(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  "all escapes": (secret) =>
    secret.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`),
  "YAML in single quotes": (secret) => `'${secret.replaceAll("'", "''")}'`,
  "a shell's quotes": (secret) => `'${secret.replaceAll("'", "'\\''")}'`,
  "a URL": (secret) => encodeURIComponent(secret),
  "a URL with small letters": (secret) => encodeURIComponent(secret).toLowerCase(),
  "a query": goQuery,
  "an address within a URL": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  hexadecimal: hex,
  "hexadecimal in capitals": (secret) => hex(secret).toUpperCase(),
  "hexadecimal with colons": (secret) => hex(secret).replace(/..(?=.)/g, "$&:"),
  "escaped bytes": (secret) => hex(secret).replace(/../g, "\\x$&"),
  "a list of bytes": (secret) => JSON.stringify([...Buffer.from(secret)]),
  base64,
  "base64 for URLs": (secret) => Buffer.from(secret).toString("base64url"),
  "base64 without its end": (secret) => base64(secret).replace(/=+$/, ""),
  "base64 in lines": (secret) => wrapped(base64(secret), 8),
  "base64 of base64": (secret) => base64(base64(secret)),
  "base64 of base64 in lines": (secret) => wrapped(base64(base64(secret)), 16),
  "lines of some width": (secret) => wrapped(secret, 6),
  HTML: (secret) =>
    secret.replace(
      /[<>&'"]/g,
      (each) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;" })[each] ?? "&#34;",
    ),
};

const SIGNIFICANT = 12;
const significant = (text: string) => text.replace(/[^0-9A-Za-z]/g, "");
/** With enough to it that it is looked for in all forms; signs, spaces and letters of anywhere among it. */
const anySecret = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(..."abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"),
      },
      { weight: 2, arbitrary: fc.constantFrom(..."<>&'\"\\/%+-_=:;@ $#!?*()[]{}|~^`,.") },
      { weight: 1, arbitrary: fc.constantFrom("é", "ß", "ж", "中", "🎨", "\u2028", "\t") },
    ),
    { minLength: 16, maxLength: 60 },
  )
  .map((parts) => parts.join("").trim())
  .filter((secret) => significant(secret).length >= SIGNIFICANT);

/** Whether six characters in a row of a form are left. */
function left(form: string, output: string): string | undefined {
  for (let at = 0; at + 6 <= form.length; at += 1) {
    const part = form.slice(at, at + 6);
    if (significant(part).length === 6 && output.includes(part)) return part;
  }
  return undefined;
}

describe("of any secret nothing is left", () => {
  test.each(Object.entries(writers))("%s", (_, write) => {
    fc.assert(
      fc.property(anySecret, (secret) => {
        const form = write(secret);
        const output = redactor([secret])(`before ${form} after`);
        expect(output).toContain("[redacted]");
        expect(left(form, output)).toBeUndefined();
        expect(output).toStartWith("before");
        expect(output).toEndWith("after");
      }),
      { numRuns: 60 },
    );
  });

  test("within a document in base64, wherever it stands, whatever is around it, also of base64", () => {
    fc.assert(
      fc.property(anySecret, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (secret, a, b) => {
        const documents = [
          `${a}${secret}${b}`,
          JSON.stringify({ [`k${a}`]: secret, b }),
          `${a}${base64(secret)}${b}`,
        ];
        for (const document of documents) {
          const output = redactor([secret])(base64(document)).replaceAll("[redacted]", "");
          // A group of three bytes at either end has neighbours in it, and of base64 in base64 two.
          const known = Math.max(0, base64(document).length - output.length);
          expect(known).toBeGreaterThanOrEqual(base64(secret).length - 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("however the text is cut into pieces, the output is that of the whole", () => {
    const piece = fc.nat({ max: 40 });
    fc.assert(
      fc.property(
        fc.array(anySecret, { maxLength: 3 }),
        fc.array(piece, { minLength: 1 }),
        (secrets, sizes) => {
          const forms = secrets.flatMap((secret) => [
            secret,
            base64(secret),
            goJson(secret),
            wrapped(secret, 3),
          ]);
          const text = `x\n${forms.join(" and\n")} y ${forms.join("")}`;
          const stream = redactor(secrets).stream();
          let output = "";
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const size = (sizes[turn % sizes.length] ?? 0) + 1;
            output += stream.push(text.slice(at, at + size));
            at += size;
          }
          expect(output + stream.end()).toBe(redactor(secrets)(text));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test("what is written without a secret passes as it is", () => {
  fc.assert(
    fc.property(fc.array(anySecret, { maxLength: 3 }), fc.lorem({ maxCount: 200 }), (secrets, text) => {
      expect(redactor(secrets)(text)).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test("a secret of some letters and many signs is found as it is written", () => {
  const secret = "!@#$%^&*ab'<";
  const redact = redactor([secret]);
  for (const form of [
    secret,
    JSON.stringify(secret),
    goJson(secret),
    encodeURIComponent(secret),
    base64(secret),
  ]) {
    expect(redact(`a ${form} b`)).toMatch(/^a "?\[redacted\]"?=* b$/);
  }
});

test("the signs at the ends of a secret go with it", () => {
  const redact = redactor(["!!correct-horse-battery??"]);
  expect(redact("x!!correct-horse-battery??y !correct horse battery?z")).toBe("x[redacted]y [redacted]z");
});

test("of a long secret all is taken, and nothing after it", () => {
  const secret = Array.from({ length: 5_000 }, (_, index) => (index * 7919).toString(36)).join("-");
  expect(redactor([secret])(`a ${secret} b ${base64(secret)} c`)).toMatch(
    /^a \[redacted\] b \[redacted\]=* c$/,
  );
});

test("the cost grows with the text, and not with how many secrets there are", () => {
  const secrets = Array.from(
    { length: 300 },
    (_, index) => `secret-number-${index}-${hex(String(index * 7919))}`,
  );
  const redact = redactor(secrets);
  const text = `${secrets.slice(0, 3).join(" ")} nothing to see here: the release is deployed\n`.repeat(
    10_000,
  );
  redact("warm");
  const began = process.cpuUsage();
  expect(redact(text).split("[redacted]")).toHaveLength(30_001);
  const { user, system } = process.cpuUsage(began);
  // 1.3 million characters.
  expect((user + system) / 1000).toBeLessThan(3_000);
});
