/** Serves the API's handler by whatever runtime runs this, on a free port, and prints where. */
// For Node before version 24, which lacks some of what the language has.
import "core-js/actual";
import { serve } from "@hono/node-server";
import { databaseTarget, loadConfig } from "@platz/config";
import { openDatabase } from "@platz/db";
import { createLogger } from "@platz/telemetry";
import { z } from "zod";
import { composeHandler } from "../compose-handler.ts";
import { ApiSettings } from "../settings.ts";

/** The little of Deno that this needs; absent elsewhere. */
const Deno = z
  .object({ serve: z.custom<(options: object, handler: (request: Request) => unknown) => unknown>() })
  .optional();

const settings = loadConfig(ApiSettings, process.env);
const { url, options } = databaseTarget(settings);
const db = openDatabase(url, options);
const never = new AbortController().signal;
const log = createLogger({ name: "api", level: "silent" });
const { fetch } = composeHandler(settings, { log, db, draining: never, stopping: never });
const handler = (request: Request) => fetch(request);
const tell = ({ port }: { readonly port: number }) => void process.stdout.write(`port ${port}\n`);

const deno = Deno.parse(Reflect.get(globalThis, "Deno"));
if (deno) deno.serve({ hostname: "127.0.0.1", port: 0, onListen: tell }, handler);
else serve({ fetch: handler, hostname: "127.0.0.1", port: 0 }, tell);
