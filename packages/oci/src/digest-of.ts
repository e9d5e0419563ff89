/** The digest of content, in the notation of the image specification. */
export async function digestOf(
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: "sha256" | "sha512" = "sha256",
): Promise<string> {
  const hash = await crypto.subtle.digest(algorithm === "sha256" ? "SHA-256" : "SHA-512", bytes);
  const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${algorithm}:${hex}`;
}

/** Whether content has this digest. */
export async function hasDigest(bytes: Uint8Array<ArrayBuffer>, digest: string): Promise<boolean> {
  return (await digestOf(bytes, digest.startsWith("sha512:") ? "sha512" : "sha256")) === digest;
}
