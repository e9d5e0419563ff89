import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Registry } from "../open-registry.ts";

/** A pair of keys as cosign makes them. */
export function signingKeys(namedCurve = "P-256"): {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  return { privateKey, publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** What cosign signs of an image or chart (its document "Signature Specification", simple signing). */
export const cosignPayload = (digest: string) =>
  JSON.stringify({
    critical: {
      identity: { "docker-reference": "registry.example.com/paint-chart" },
      image: { "docker-manifest-digest": digest },
      type: "cosign container image signature",
    },
    optional: null,
  });

export const signed = (payload: string, privateKey: KeyObject) => ({
  payload: Buffer.from(payload).toString("base64"),
  signature: sign("sha256", Buffer.from(payload), privateKey).toString("base64"),
});

/** Signs a chart and puts the signatures beside it, as `cosign sign --key` does. */
export async function signChart(
  registry: Registry,
  { repository, digest }: { readonly repository: string; readonly digest: string },
  ...privateKeys: readonly KeyObject[]
): Promise<void> {
  const encoder = new TextEncoder();
  const config = encoder.encode("{}");
  const payload = encoder.encode(cosignPayload(digest));
  const layers = [];
  for (const key of privateKeys) {
    layers.push({
      mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
      size: payload.length,
      digest: await registry.pushBlob(repository, payload),
      annotations: { "dev.cosignproject.cosign/signature": signed(cosignPayload(digest), key).signature },
    });
  }
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      size: config.length,
      digest: await registry.pushBlob(repository, config),
    },
    layers,
  };
  const raw = encoder.encode(JSON.stringify(manifest));
  await registry.pushManifest(repository, { tag: `${digest.replace(":", "-")}.sig`, mediaType, raw });
}
