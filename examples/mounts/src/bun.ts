import { platz, port } from "./application.ts";

Bun.serve({ port, fetch: platz.fetch, development: false });
