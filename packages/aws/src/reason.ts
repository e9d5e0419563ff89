import { z } from "zod";

const Failure = z.object({
  name: z.string().catch(""),
  message: z.string().catch(""),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});
const MESSAGE_CHARACTERS_MAX = 300;

/** What it means that AWS was asked in vain: its own sentence where it gave one, which names what is not allowed. */
export function awsReason(cause: unknown): string {
  const { name, message, $metadata } = Failure.catch({ name: "", message: "" }).parse(cause);
  if (name === "CredentialsProviderError") {
    return "There are no AWS credentials that could be used; give the process a role or keys.";
  }
  if (/region is missing/i.test(message)) return "No AWS region is set; set AWS_REGION.";
  if ($metadata?.httpStatusCode === undefined) {
    return name === "TimeoutError" || name === "AbortError"
      ? "AWS did not answer in time."
      : "AWS could not be reached.";
  }
  const flat = message.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  const said = flat.length > MESSAGE_CHARACTERS_MAX ? `${flat.slice(0, MESSAGE_CHARACTERS_MAX)}…` : flat;
  return `AWS refused the request (${name})${said === "" ? "" : `: ${said}`}.`;
}
