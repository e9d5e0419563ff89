import { awsReason } from "@platz/aws";
import { ProviderError } from "../cluster-provider.ts";

/** What it means that AWS was asked in vain. */
export const awsFailure = (cause: unknown) => new ProviderError(awsReason(cause), { cause });
