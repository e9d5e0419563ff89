import { z } from "zod";
import { BotId, DeploymentId, UserId } from "./ids.ts";

/** Who acts: a person, a program, or a deployment that talks back (API spec 3.1). */
export const Identity = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("User"), id: UserId }),
  z.object({ kind: z.literal("Bot"), id: BotId }),
  z.object({ kind: z.literal("Deployment"), id: DeploymentId }),
]);
export type Identity = z.output<typeof Identity>;
