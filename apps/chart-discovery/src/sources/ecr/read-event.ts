import { z } from "zod";

/** That an image of a repository of ECR was pushed or deleted. */
export interface EcrEvent {
  readonly account: string;
  readonly region: string;
  readonly action: "PUSH" | "DELETE";
  readonly repository: string;
  readonly digest: string;
  /** Absent for an image that has no tag. */
  readonly tag: string | undefined;
}

/** What a message is: an event, something that is none of ours, or nothing that can be read, and why. */
export type ReadEvent = EcrEvent | "other" | { readonly unreadable: string };

const Envelope = z.object({ source: z.string(), "detail-type": z.string() });

const ImageAction = z.object({
  account: z.string().regex(/^\d{12}$/, "must be an AWS account id"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region"),
  detail: z.object({
    result: z.enum(["SUCCESS", "FAILURE"]),
    "action-type": z.enum(["PUSH", "DELETE"]),
    "repository-name": z.string().min(1).max(256),
    "image-digest": z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be a digest"),
    "image-tag": z.string().max(128).optional(),
  }),
});

/** Reads a message of EventBridge (workers spec 5.2; Amazon ECR, image action events). What it says of others is not looked at. */
export function readEvent(body: string): ReadEvent {
  const document = parseJson(body);
  if (document === undefined) return { unreadable: "It is not JSON." };
  const envelope = Envelope.safeParse(document);
  if (!envelope.success) return { unreadable: `It is no event: ${firstIssue(envelope.error)}.` };
  if (envelope.data.source !== "aws.ecr" || envelope.data["detail-type"] !== "ECR Image Action")
    return "other";
  const action = ImageAction.safeParse(document);
  if (!action.success) return { unreadable: `It is no image action: ${firstIssue(action.error)}.` };
  const { account, region, detail } = action.data;
  if (detail.result === "FAILURE") return "other";
  return {
    account,
    region,
    action: detail["action-type"],
    repository: detail["repository-name"],
    digest: detail["image-digest"],
    tag: detail["image-tag"] === "" ? undefined : detail["image-tag"],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where and what: never the value, which is anybody's. */
function firstIssue({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join(".") ?? "";
  return `${path === "" ? "the message" : path}: ${issue?.message ?? "is wrong"}`;
}
