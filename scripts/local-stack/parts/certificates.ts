import "reflect-metadata";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;

/** PEM files of a local control plane: paths by what they are. */
export interface ControlPlaneFiles {
  readonly caCert: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly adminCert: string;
  readonly adminKey: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
}

/**
 * A certificate authority of this cluster alone, with what the API server needs to serve and to sign service-account
 * tokens, and an admin's client certificate. Made once, kept in `folder` with mode 0600; the CA's own key is not kept.
 */
export async function controlPlaneCertificates(folder: string): Promise<ControlPlaneFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(folder, name);
  const files: ControlPlaneFiles = {
    caCert: path("ca.crt"),
    serverCert: path("server.crt"),
    serverKey: path("server.key"),
    adminCert: path("admin.crt"),
    adminKey: path("admin.key"),
    serviceAccountKey: path("service-account.key"),
    serviceAccountPublicKey: path("service-account.pub"),
  };
  // Written last, so that an interrupted attempt is begun again.
  const whole = path("complete");
  if (existsSync(whole)) return files;
  const pems = await makePems();
  for (const [name, pem] of Object.entries(pems)) {
    await writeFile(files[name as keyof ControlPlaneFiles], pem, { mode: 0o600 });
  }
  await writeFile(whole, "");
  return files;
}

/** The PEM texts of the files, by name. */
export async function readPems(files: ControlPlaneFiles): Promise<Record<keyof ControlPlaneFiles, string>> {
  const entries = await Promise.all(
    Object.entries(files).map(async ([name, path]) => [name, await readFile(path, "utf8")] as const),
  );
  return Object.fromEntries(entries) as Record<keyof ControlPlaneFiles, string>;
}

async function makePems(): Promise<Record<keyof ControlPlaneFiles, string>> {
  const ca = await newKeys();
  const caName = "CN=platz-local";
  const caCert = await x509.X509CertificateGenerator.createSelfSigned({
    name: caName,
    keys: ca,
    ...validity(),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (subject: string, extensions: x509.Extension[]) => {
    const keys = await newKeys();
    const cert = await x509.X509CertificateGenerator.create({
      subject,
      issuer: caName,
      publicKey: keys.publicKey,
      signingKey: ca.privateKey,
      ...validity(),
      signingAlgorithm: algorithm,
      extensions,
    });
    return { cert: cert.toString("pem"), key: await privatePem(keys) };
  };
  const server = await issue("CN=kube-apiserver", [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension([
      { type: "ip", value: "127.0.0.1" },
      { type: "dns", value: "localhost" },
    ]),
  ]);
  const admin = await issue("O=system:masters, CN=admin", [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
  ]);
  const serviceAccount = await newKeys();
  return {
    caCert: caCert.toString("pem"),
    serverCert: server.cert,
    serverKey: server.key,
    adminCert: admin.cert,
    adminKey: admin.key,
    serviceAccountKey: await privatePem(serviceAccount),
    serviceAccountPublicKey: x509.PemConverter.encode(
      await crypto.subtle.exportKey("spki", serviceAccount.publicKey),
      "PUBLIC KEY",
    ),
  };
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
}

async function privatePem(keys: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

function validity() {
  // An hour back, for clocks that are set a little later.
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + TEN_YEARS_MS) };
}
