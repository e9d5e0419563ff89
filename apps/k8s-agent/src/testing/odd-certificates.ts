import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HOUR_MS = 3_600_000;

/** A self-signed certificate for 127.0.0.1, in PEM, good until so many ms from now. */
export async function certificateUntil(
  fromNowMs: number,
): Promise<{ readonly cert: string; readonly key: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("no pair of keys was made");
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=odd",
    keys,
    notBefore: new Date(Date.now() - 2 * HOUR_MS),
    notAfter: new Date(Date.now() + fromNowMs),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(key, "PRIVATE KEY") };
}

/** A server whose certificate ran out an hour ago, with the authority that vouches for it. */
export async function expiredServer() {
  const { cert, key } = await certificateUntil(-HOUR_MS);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    tls: { cert, key },
    fetch: () => new Response(),
  });
  return {
    url: `https://127.0.0.1:${server.port}`,
    ca: cert,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}
