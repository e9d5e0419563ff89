import { platz, port } from "./application.ts";

declare const Deno: {
  serve(options: { port: number }, handler: (request: Request) => Promise<Response>): unknown;
};

Deno.serve({ port }, platz.fetch);
