import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import type { Registry } from "./open-registry.ts";
import { RegistryError } from "./registry-error.ts";

/** A signature as cosign keeps it beside an image or a chart: what was signed, and the signature, both in base64. */
export const CosignSignature = z.object({
  payload: z.string().max(16_384),
  signature: z.string().max(1_024),
});
export type CosignSignature = z.output<typeof CosignSignature>;

const PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
const SIGNATURE_ANNOTATION = "dev.cosignproject.cosign/signature";
const PAYLOAD_BYTES_MAX = 8 * 1024;
/** More than anybody signs one chart by. */
const SIGNATURES_MAX = 20;

const signatureTag = /^sha256-([0-9a-f]{64})\.sig$/;

/** The digest whose signatures are kept under a tag, if it is such a tag. */
export function digestOfSignatureTag(tag: string): string | undefined {
  const [, hex] = signatureTag.exec(tag) ?? [];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** The signatures that cosign has put beside what has this digest; none when there are none. */
export async function cosignSignatures(
  registry: Registry,
  { repository, digest }: { readonly repository: string; readonly digest: string },
): Promise<CosignSignature[]> {
  const manifest = await registry
    .manifest(repository, `${digest.replace(":", "-")}.sig`)
    .catch((error: unknown) => {
      if (error instanceof RegistryError && error.kind === "not-found") return undefined;
      throw error;
    });
  const layers = manifest?.layers.filter(({ mediaType }) => mediaType === PAYLOAD_TYPE) ?? [];
  const found: CosignSignature[] = [];
  for (const { digest: payloadDigest, sizeBytes, annotations } of layers.slice(0, SIGNATURES_MAX)) {
    const signature = annotations[SIGNATURE_ANNOTATION];
    if (signature === undefined || sizeBytes > PAYLOAD_BYTES_MAX) continue;
    const payload = await registry.blob(repository, payloadDigest, { maxBytes: PAYLOAD_BYTES_MAX });
    const read = CosignSignature.safeParse({ payload: Buffer.from(payload).toString("base64"), signature });
    if (read.success) found.push(read.data);
  }
  return found;
}

/** A public key as `cosign generate-key-pair` makes it: ECDSA on P-256, in PEM. `undefined` for anything else. */
export function readCosignKey(pem: string): KeyObject | undefined {
  try {
    if (!pem.trim().startsWith("-----BEGIN PUBLIC KEY-----")) return undefined;
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : undefined;
  } catch {
    return undefined;
  }
}

const Payload = z.object({
  critical: z.object({
    type: z.literal("cosign container image signature"),
    image: z.object({ "docker-manifest-digest": z.string() }),
  }),
});

/** What is to be said of a chart by its signatures. */
export type Judgement =
  | { readonly status: "signed"; readonly key: string; readonly reason: null }
  | { readonly status: "unsigned"; readonly key: null; readonly reason: null }
  | { readonly status: "bad"; readonly key: null; readonly reason: string };

/** Whether one of the keys has signed what has this digest. One good signature is enough, whatever others there are. */
export function judgeSignatures(
  signatures: readonly CosignSignature[],
  {
    digest,
    keys,
  }: {
    readonly digest: string;
    readonly keys: readonly { readonly name: string; readonly publicKey: string }[];
  },
): Judgement {
  if (signatures.length === 0) return { status: "unsigned", key: null, reason: null };
  const reasons: string[] = [];
  for (const { payload, signature } of signatures) {
    const bytes = Buffer.from(payload, "base64");
    const signer = keys.find(({ publicKey }) => fits(readCosignKey(publicKey), bytes, signature));
    if (signer === undefined) reasons.push("No key of its registry has made its signature.");
    else if (digestIn(bytes) === digest) return { status: "signed", key: signer.name, reason: null };
    else reasons.push(`The key ${signer.name} has signed something else.`);
  }
  return { status: "bad", key: null, reason: reasons[0] ?? "" };
}

function fits(key: KeyObject | undefined, payload: Uint8Array, signature: string): boolean {
  if (key === undefined) return false;
  return verify("sha256", payload, { key, dsaEncoding: "der" }, Buffer.from(signature, "base64"));
}

/** What a payload says that it is the signature of. Its own words count only after they were found to be signed. */
function digestIn(payload: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    return Payload.parse(JSON.parse(text)).critical.image["docker-manifest-digest"];
  } catch {
    return undefined;
  }
}
