import { Elysia } from "elysia";

/** The public keys of the installation, as a JSON Web Key Set. */
export type PublishedKeys = () => Promise<{ readonly keys: readonly unknown[] }>;

/** How long others may go on with what they read; a key that they do not know makes them ask again anyway. */
const CACHE_SECONDS = 300;

/** `GET /.well-known/jwks.json`: by which keys an application recognises that a request is from us. */
export function keysRoutes(publishedKeys: PublishedKeys) {
  return new Elysia().get("/.well-known/jwks.json", async () =>
    Response.json(await publishedKeys(), {
      headers: { "cache-control": `public, max-age=${CACHE_SECONDS}` },
    }),
  );
}
