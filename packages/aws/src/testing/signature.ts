import { createHash, createHmac } from "node:crypto";

/** A request as AWS sees it. */
export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly sessionToken: string | null;
  readonly signedAt: Date;
  /** Whether it was made with this key, over all of the request. */
  isOf(secretAccessKey: string): boolean;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** What a request says of who signed it (Signature Version 4), in its headers or in its query; nothing if it is unsigned. */
export function signatureOf(request: SignedRequest): Signature | undefined {
  const said = inHeader(request) ?? inQuery(request);
  if (said === undefined) return undefined;
  const [accessKeyId = "", day = "", region = "", service = ""] = said.credential.split("/");
  const signedHeaders = said.signedHeaders.split(";");
  const scope = [day, region, service, "aws4_request"].join("/");
  const toSign = ["AWS4-HMAC-SHA256", said.date, scope, sha256(canonical(request, signedHeaders))].join("\n");
  return {
    accessKeyId,
    region,
    service,
    signedHeaders,
    sessionToken: said.sessionToken,
    signedAt: new Date(said.date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5")),
    isOf(secret) {
      const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
      return hmac(key, toSign).toString("hex") === said.signature;
    },
  };
}

function inHeader({ headers }: SignedRequest) {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;
  const found = pattern.exec(headers.get("authorization") ?? "");
  if (found === null) return undefined;
  const [, credential = "", signedHeaders = "", signature = ""] = found;
  const date = headers.get("x-amz-date") ?? "";
  return { credential, signedHeaders, signature, date, sessionToken: headers.get("x-amz-security-token") };
}

function inQuery({ url: { searchParams: query } }: SignedRequest) {
  const signature = query.get("X-Amz-Signature");
  if (signature === null) return undefined;
  return {
    credential: query.get("X-Amz-Credential") ?? "",
    signedHeaders: query.get("X-Amz-SignedHeaders") ?? "",
    signature,
    date: query.get("X-Amz-Date") ?? "",
    sessionToken: query.get("X-Amz-Security-Token"),
  };
}

function canonical({ method, url, headers, body }: SignedRequest, signedHeaders: readonly string[]): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort();
  const path = url.pathname.split("/").map(encoded).join("/");
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? "").trim()}\n`);
  return [method, path, query.join("&"), lines.join(""), signedHeaders.join(";"), sha256(body)].join("\n");
}
