import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { platz, port } from "./application.ts";

const app = new Hono();
app.get("/", (context) => context.text("Coffee!"));
app.all("/platz/*", (context) => platz.fetch(context.req.raw));
serve({ fetch: app.fetch, port });
