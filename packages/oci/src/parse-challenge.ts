/** What a registry asks for in `WWW-Authenticate` (RFC 9110, 11.6.1; the token flow is Docker's distribution spec). */
export type Challenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "bearer";
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

/** Reads the first challenge that can be answered; `undefined` when there is none. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const match = /\b(bearer|basic)\b(.*)$/is.exec((header ?? "").slice(0, 4096));
  if (match?.[1]?.toLowerCase() === "basic") return { scheme: "basic" };
  const parameters = new Map<string, string>();
  for (const [, name, quoted, plain] of (match?.[2] ?? "").matchAll(
    /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi,
  )) {
    if (name) parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "");
  }
  const realm = parameters.get("realm");
  if (match === null || realm === undefined) return undefined;
  return { scheme: "bearer", realm, service: parameters.get("service"), scope: parameters.get("scope") };
}
