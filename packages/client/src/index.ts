export { type Client, type ClientOptions, createClient } from "./create-client.ts";
export { isClientError } from "./is-client-error.ts";
