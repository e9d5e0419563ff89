import { z } from "zod";

/** Any JSON value. */
export const Json = z.json();
export type Json = z.output<typeof Json>;

/** A JSON object. */
export const JsonObject = z.record(z.string(), Json);
export type JsonObject = z.output<typeof JsonObject>;
