import { z } from "zod";

/** Uninstall the release, delete the namespace and wait until it is gone. */
export const Uninstall = z.object({ kind: z.literal("Uninstall") });
