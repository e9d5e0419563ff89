import { describe, expect, test } from "bun:test";
import { createKeyRing } from "./create-key-ring.ts";
import { asSealed } from "./sealed.ts";
import { SealingError } from "./sealing-error.ts";

const oldKey = `2025:${btoa("o".repeat(32))}`;
const newKey = `2026:${btoa("n".repeat(32))}`;
const context = "secrets/0193/contents";

async function kindOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SealingError) return error.kind;
    throw error;
  }
  return "none";
}

describe("sealing", () => {
  test.each(["", "s", "пароль 🔑\n\0", "x".repeat(1_000_000)])(
    "a value comes back as it was, case %#",
    async (plain) => {
      const ring = createKeyRing(newKey);
      expect(await ring.open(await ring.seal(plain, context), context)).toBe(plain);
    },
  );

  test("one value sealed twice gives two texts, neither with the value or a key in it", async () => {
    const ring = createKeyRing(newKey);
    const [first, second] = [
      await ring.seal("hunter2-hunter2", context),
      await ring.seal("hunter2-hunter2", context),
    ];
    expect(first).not.toBe(second);
    expect(first).toMatch(/^platz1\.2026\.[\w-]+\.[\w-]+$/);
    expect(first + atob(first.split(".")[3]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).not.toContain(
      "hunter2",
    );
  });

  test("a text moved to another row does not open", async () => {
    const ring = createKeyRing(newKey);
    const sealed = await ring.seal("value", context);
    expect(await kindOf(() => ring.open(sealed, "secrets/0194/contents"))).toBe("tampered");
  });

  test("a text with any character changed does not open", async () => {
    const ring = createKeyRing(`${newKey},${oldKey}`);
    const sealed = await ring.seal("value", context);
    for (let index = 0; index < sealed.length; index += 1) {
      // "A" and "z" differ in their first bit too, so a changed last character is never only padding.
      const other = sealed[index] === "A" ? "z" : "A";
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      expect(await kindOf(() => ring.open(asSealed(changed), context))).not.toBe("none");
    }
  });

  test("a text relabelled with another key of the ring does not open", async () => {
    const ring = createKeyRing(`${newKey},${oldKey}`);
    const sealed = (await ring.seal("value", context)).replace("platz1.2026.", "platz1.2025.");
    expect(await kindOf(() => ring.open(asSealed(sealed), context))).toBe("tampered");
  });
});

describe("rotation", () => {
  test("values of an older key still open and are known to need rotation", async () => {
    const sealed = await createKeyRing(oldKey).seal("value", context);
    const ring = createKeyRing(`${newKey},${oldKey}`);
    expect(ring.currentKeyId).toBe("2026");
    expect(ring.needsRotation(sealed)).toBe(true);
    const again = await ring.seal(await ring.open(sealed, context), context);
    expect(ring.needsRotation(again)).toBe(false);
    expect(await createKeyRing(newKey).open(again, context)).toBe("value");
  });

  test("a value whose key left the ring is refused with the key's id", async () => {
    const sealed = await createKeyRing(oldKey).seal("value", context);
    const ring = createKeyRing(newKey);
    expect(await kindOf(() => ring.open(sealed, context))).toBe("unknown-key");
    await expect(ring.open(sealed, context)).rejects.toThrow('sealed with key "2025"');
  });
});

test.each([
  "",
  "value",
  "platz1",
  "platz1.k.AAAA.AAAA",
  "platz2.2026.a.b",
  "platz1.2026.a.b.c",
  "platz1.2026.%.!",
])("%p is not taken for a sealed value", async (text) => {
  expect(await kindOf(() => asSealed(text))).toBe("malformed");
});

test.each([
  ["", /id:key/],
  ["nocolon", /id:key/],
  [":AAAA", /id:key/],
  ["a.b:AAAA", /id:key/],
  ["k:AAAA", /32 random bytes/],
  [`k:${"*".repeat(43)}`, /32 random bytes/],
  [`${newKey},${newKey}`, /repeats the id "2026"/],
  [`${newKey},`, /Key 2/],
])("key ring %p is refused with a sentence", (setting, message) => {
  expect(() => createKeyRing(setting)).toThrow(message);
});

test("an error about a key ring repeats no key", () => {
  const key = btoa("k".repeat(31));
  expect(() => createKeyRing(`k:${key}`)).toThrow(/^(?!.*a2tr)/);
});
