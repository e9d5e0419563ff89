import { Elysia } from "elysia";
import type { Readiness } from "../readiness.ts";

/** `/status`: the process lives. `/ready`: it can answer, or 503 with what is missing. Neither asks who is there. */
export function healthRoutes(readiness: Readiness) {
  return new Elysia()
    .get("/status", () => Response.json("ok"))
    .get("/ready", async () => {
      const missing = await readiness();
      return missing.length === 0
        ? Response.json({ ready: true, missing })
        : Response.json({ ready: false, missing, message: missing.join(" ") }, { status: 503 });
    });
}
