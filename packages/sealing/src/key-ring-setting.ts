import { z } from "zod";
import { createKeyRing } from "./create-key-ring.ts";
import { SealingError } from "./sealing-error.ts";

/** The key ring of an installation, as its processes read it from their environment. */
export const keyRingSetting = z
  .string()
  .transform((text, context) => {
    try {
      return createKeyRing(text);
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  })
  .describe("Keys for secrets in the database, as id:base64 of 32 bytes, by commas; the first one seals.");
