/** A cookie of ours, whose value no script and no other site reads. */
export interface OwnCookie {
  read(request: Request): string | undefined;
  /** The `set-cookie` header that gives it this value. */
  write(value: string, maxAgeSeconds: number): string;
  /** The `set-cookie` header that removes it. */
  clear(): string;
}

/** What a browser is signed in with: row and secret of a session, in the form of an API token. */
export function sessionCookie(ownUrl: URL): OwnCookie {
  return ownCookie("platz_session", ownUrl);
}

/** The prefix `__Host-` keeps other hosts of the domain from setting it; browsers allow it over https alone. */
export function ownCookie(baseName: string, ownUrl: URL): OwnCookie {
  const isSecure = ownUrl.protocol === "https:";
  const name = isSecure ? `__Host-${baseName}` : baseName;
  const write = (value: string, maxAgeSeconds: number) =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${isSecure ? "; Secure" : ""}`;
  return {
    write,
    clear: () => write("", 0),
    read(request) {
      const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    },
  };
}
