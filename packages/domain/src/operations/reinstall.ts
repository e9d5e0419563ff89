import { z } from "zod";

/** Apply the live revision again, because something that it refers to has changed. */
export const Reinstall = z.object({ kind: z.literal("Reinstall"), reason: z.string() });
