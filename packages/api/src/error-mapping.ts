import { DomainError, type ErrorKind } from "@platz/domain";
import { outageOf } from "@platz/services";
import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { inputRefusal } from "./input-refusal.ts";

const codes = {
  invalid: "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  "not-found": "NOT_FOUND",
  conflict: "CONFLICT",
  "precondition-failed": "PRECONDITION_FAILED",
  "too-many-requests": "TOO_MANY_REQUESTS",
  unavailable: "SERVICE_UNAVAILABLE",
} as const satisfies Record<ErrorKind, TRPCError["code"]>;

/** The kind of an error that a caller may read. What tRPC itself refused was no request that could be read. */
export function kindOfError({ code, cause }: TRPCError): ErrorKind | "internal" {
  if (cause instanceof DomainError) return cause.kind;
  return code === "INTERNAL_SERVER_ERROR" ? "internal" : "invalid";
}

/**
 * The only place where a thrown value becomes something a client may read. What is neither a domain error nor a
 * refused input is a bug or an outage: it stays whole in `cause`, for the log.
 */
export function toTRPCError(error: TRPCError): TRPCError {
  const cause = error.cause instanceof DomainError ? error.cause : (outageOf(error) ?? error.cause);
  if (cause instanceof DomainError) {
    return new TRPCError({ code: codes[cause.kind], message: cause.message, cause });
  }
  if (error.code === "BAD_REQUEST" && cause instanceof ZodError) {
    return new TRPCError({ code: "BAD_REQUEST", message: inputRefusal(cause).message, cause });
  }
  if (error.code !== "INTERNAL_SERVER_ERROR") return error;
  return new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "internal error", cause });
}
