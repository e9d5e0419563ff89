import { ConfigError, runProcess } from "@platz/config";
import { createVerifier } from "@platz/sdk";
import { shutdownSignal } from "@platz/worker";
import { z } from "zod";
import { createSampleApp } from "./create-sample-app.ts";

const settings = z.object({
  LISTEN_HOST: z.string().prefault("127.0.0.1").describe("Address to listen on."),
  PORT: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(0)
    .max(65535)
    .prefault("0")
    .describe("Port to listen on; 0 takes any free one."),
  PLATZ_URL: z
    .url({ protocol: /^https?$/, message: "must be the address of Platz" })
    .optional()
    .describe("Address of the Platz whose requests are answered; without it, in development, everybody's."),
});

const description = { name: "sample-app", summary: "The application of the sample charts.", settings };

await runProcess(description, async ({ LISTEN_HOST, PORT, PLATZ_URL }) => {
  const stop = shutdownSignal();
  await using server = serve(LISTEN_HOST, PORT, PLATZ_URL);
  process.stdout.write(`${server.url.href}\n`);
  await stop;
});

function serve(hostname: string, port: number, platzUrl: string | undefined) {
  const verify = createVerifier({
    platzUrl: platzUrl ?? "http://localhost",
    // One process stands for all deployments: each is asked at a host of its own.
    deploymentId: "any",
    audience: (request) => `https://${new URL(request.url).host}`,
    allowUnsigned: platzUrl === undefined,
  });
  try {
    return Bun.serve({
      hostname,
      port,
      development: false,
      maxRequestBodySize: 64 * 1024,
      fetch: createSampleApp(verify).fetch,
    });
  } catch (cause) {
    throw new ConfigError(`PORT: cannot listen on port ${port} of ${hostname}; choose another`, { cause });
  }
}
