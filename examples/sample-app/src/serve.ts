import { ConfigError, runProcess } from "@platz/config";
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
});

const description = { name: "sample-app", summary: "The application of the sample charts.", settings };

await runProcess(description, async ({ LISTEN_HOST, PORT }) => {
  const stop = shutdownSignal();
  await using server = serve(LISTEN_HOST, PORT);
  process.stdout.write(`${server.url.href}\n`);
  await stop;
});

function serve(hostname: string, port: number) {
  try {
    return Bun.serve({ hostname, port, maxRequestBodySize: 64 * 1024, fetch: createSampleApp().fetch });
  } catch (cause) {
    throw new ConfigError(`PORT: cannot listen on port ${port} of ${hostname}; choose another`, { cause });
  }
}
