import { env } from "node:process";
import { action, combine, createVerifier, serveActions, serveStatus } from "@platz/sdk";
import { z } from "zod";

const verify = createVerifier({
  platzUrl: env["PLATZ_URL"] ?? "",
  deploymentId: env["PLATZ_DEPLOYMENT_ID"] ?? "",
  audience: env["PLATZ_ORIGIN"] ?? "",
});
let cups = 0;

export const platz = combine(
  serveStatus({
    verify,
    status: () => ({
      status: cups > 0 ? { name: "Brewing", color: "success" } : { name: "Idle", color: "primary" },
      primaryMetric: { value: cups, unit: "cups", shortDescription: "brewed" },
    }),
  }),
  serveActions({
    verify,
    actions: {
      brew: action({
        body: z.object({ cups: z.int().min(1).max(20) }),
        run({ body }) {
          cups += body.cups;
          return { message: `${body.cups} cups are on their way.` };
        },
      }),
    },
  }),
);

export const port = Number(env["PORT"] ?? 8080);
