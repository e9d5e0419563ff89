import { describe, expect, test } from "bun:test";
import { redactor } from "./redactor.ts";

const pem = "-----BEGIN KEY-----\nMIIabcdefghijklmnop\nqrstuvwxyz0123456789\n-----END KEY-----\n";
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("a secret is replaced wherever it stands, and nothing else is", () => {
  expect(redactor(["hunter2"])("hunter2 a hunter2b, hunter")).toBe("[redacted] a [redacted]b, hunter");
  expect(redactor(["a.c*", "(x)+$"])("abc a.c* (x)+$")).toBe("abc [redacted] [redacted]");
});

test.each<[string, string, string]>([
  ["base64", "s3cret-value", base64("s3cret-value")],
  ["base64 without padding", "s3cret-valu", base64("s3cret-valu").replace(/=+$/, "")],
  ["base64 of a short one", "abcd", base64("abcd")],
  ["base64url", "??>>~~~~??>>", Buffer.from("??>>~~~~??>>").toString("base64url")],
  ["JSON", 'say "hi"\tnow', JSON.stringify('say "hi"\tnow')],
  ["a URL", "p@ss/w:rd", `https://user:${encodeURIComponent("p@ss/w:rd")}@host`],
  ["an indented line", pem, "  data: |\n    qrstuvwxyz0123456789\n"],
  ["text without its last line break", "s3cret-value\n", "x=s3cret-value;"],
])("a secret is found as %s", (_, secret, text) => {
  const output = redactor([secret])(text);
  expect(output).toContain("[redacted]");
  expect(output).not.toContain(secret.trim().split("\n")[1] ?? secret);
});

test.each([0, 1, 2, 3, 4, 5])("a secret inside a larger base64 document is found at offset %d", (offset) => {
  const secret = "correct-horse-battery";
  const document = base64(`${"x".repeat(offset)}${secret}${"y".repeat(7)}`);
  const left = Buffer.from(redactor([secret])(document).replace("[redacted]", ""), "base64").toString(
    "latin1",
  );
  expect(left).not.toMatch(/orse|atter/);
});

test("overlapping and touching secrets leave nothing of either", () => {
  expect(redactor(["abcdef", "defghi"])("abcdefghi")).toBe("[redacted]");
  expect(redactor(["abcd", "efgh"])("abcdefgh")).toBe("[redacted]");
  expect(redactor(["abcd", "xxabcdyy"])("xxabcdyy abcd")).toBe("[redacted] [redacted]");
  expect(redactor(["aaaa"])("a".repeat(50_001))).toBe("[redacted]");
});

test("short secrets take no ordinary text with them, but are replaced in quotes", () => {
  const redact = redactor(["", "  ", "1", "no", "abc"]);
  expect(redact("revision 1: no change, abcd \"abc\" 'no'")).toBe(
    "revision 1: no change, abcd [redacted] [redacted]",
  );
});

test("without secrets text passes as it is", () => {
  const stream = redactor([]).stream();
  expect([stream.push("a"), stream.end()]).toEqual(["a", ""]);
});

describe("in pieces", () => {
  const secrets = ["hunter2", "hunter2hunter3", "aaaa", pem];
  const text = `x hunter hunter2 hunter2hunter3 aaaaaaa hunterhunter2 ${pem} end hunter2hunt aaa`;

  test("the output is that of the whole, however the text is cut", () => {
    const redact = redactor(secrets);
    const whole = redact(text);
    for (let size = 1; size <= text.length; size += 1) {
      const stream = redact.stream();
      let output = "";
      for (let start = 0; start < text.length; start += size)
        output += stream.push(text.slice(start, start + size));
      expect(output + stream.end()).toBe(whole);
    }
  });

  test("nothing of a secret is given out before the rest of it came", () => {
    const stream = redactor(["hunter2"]).stream();
    expect(stream.push("password hunt")).toBe("password ");
    expect(stream.push("er2 ok.\n")).toBe("[redacted] ok.\n");
    expect(stream.push("hunt")).toBe("");
    expect(stream.push("ing\n")).toBe("hunting\n");
  });

  test("a line is given out when it ends, unless it ends with a good part of a secret", () => {
    const stream = redactor(["hunter2-hunter3-hunter4"]).stream();
    expect(stream.push("waiting for h\n")).toBe("waiting for h\n");
    expect(stream.push("waiting for hunt\n")).toBe("waiting for");
    expect(stream.push("ers\n")).toBe(" hunt\ners\n");
    expect(stream.push("hunter2-\n  hunter3-hun\n")).toBe("");
    expect(stream.push("  ter4!\n")).toBe("[redacted]!\n");
    expect(stream.push("hu\nnter2-hunter3-hunter4\n")).toBe("hu\n[redacted]\n");
  });

  test("a long run of what a secret is made of is not held back", () => {
    const stream = redactor(["aaaa"]).stream();
    let output = "";
    for (let piece = 0; piece < 100; piece += 1) output += stream.push("a".repeat(1_000));
    expect(`${output}${stream.push("b")}${stream.end()}`).toBe("[redacted]b");
  });
});
