const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The bytes of a text in hexadecimal, with and without marks, as a list of numbers, and in base 32. */
export function byteForms(text: string): readonly string[] {
  const bytes = bytesOf(text);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  return [hex.join(""), hex.map((digits) => `\\x${digits}`).join(""), bytes.join(" "), base32(bytes)];
}

/** Less of a text's base64 says too little to look for it. */
const CORE_MIN = 8;

/** A text in base64, by itself, and where it stands at any place within something larger. */
export function base64Forms(text: string): readonly string[] {
  const bytes = bytesOf(text);
  return [base64(bytes).replace(/=+$/, ""), ...base64Cores(bytes)];
}

/** A text in base64 of base64, at any place of something larger in either. */
export function doubleBase64Forms(text: string): readonly string[] {
  const bytes = bytesOf(text);
  const cores = base64Cores(bytes).flatMap((core) => base64Cores(bytesOf(core)));
  return [...base64Forms(base64(bytes)), ...cores];
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/**
 * What of its base64 does not depend on its neighbours, for each of the three ways in which it can fall into groups of
 * three bytes: so it is found in the base64 of a larger document too (a rendered Secret, a kubeconfig).
 */
function base64Cores(bytes: Uint8Array): string[] {
  const cores = [0, 1, 2].map((skip) => {
    const groups = Math.max(0, Math.floor((bytes.length - skip) / 3));
    return base64(bytes.subarray(skip, skip + groups * 3));
  });
  return cores.filter(({ length }) => length >= CORE_MIN);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from(
    bits.match(/.{1,5}/g) ?? [],
    (five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)],
  ).join("");
}
