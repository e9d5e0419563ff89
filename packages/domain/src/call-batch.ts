/** How many calls one request may hold: the API refuses more, and the client begins another request. */
export const BATCH_CALLS_MAX = 20;

/** How long the address of such a request may become; above it servers and proxies refuse to read headers. */
export const BATCH_URL_CHARACTERS_MAX = 12_000;
