/** The part of `fetch` that is used here. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
