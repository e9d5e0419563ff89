import { z } from "zod";
import { ClusterId } from "../ids.ts";

/** Leave the old namespace and make the new one, as after a rename or a move; an Upgrade follows it. */
export const Recreate = z.object({
  kind: z.literal("Recreate"),
  oldClusterId: ClusterId,
  oldNamespace: z.string(),
  newClusterId: ClusterId,
  newNamespace: z.string(),
});
