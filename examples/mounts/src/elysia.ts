import { Elysia } from "elysia";
import { platz, port } from "./application.ts";

new Elysia()
  .get("/", () => "Coffee!")
  .all("/platz/*", ({ request }) => platz.fetch(request), { parse: "none" })
  .listen(port);
