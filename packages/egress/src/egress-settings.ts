import { z } from "zod";
import { addressPolicy } from "./address-policy.ts";
import { createEgress, type Egress, type EgressSettings } from "./create-egress.ts";
import { resolveOverrides } from "./resolve-overrides.ts";

const listed = (text: string): string[] => text.split(/[\s,]+/).filter((item) => item !== "");

const Allowed = z.string().transform((text, context) => {
  const allow = listed(text);
  return usable(context, () => addressPolicy({ allow })) ? allow : z.NEVER;
});

const Blocked = z.string().transform((text, context) => {
  const block = listed(text);
  return usable(context, () => addressPolicy({ block })) ? block : z.NEVER;
});

const Overrides = z.string().transform((text, context) => {
  const overrides = Object.fromEntries(listed(text).map(splitOverride));
  return usable(context, () => resolveOverrides(overrides)) ? overrides : z.NEVER;
});

/** Which deployed applications a process may call; spread these into the process's own settings. */
export const egressSettings = {
  PLATZ_EGRESS_ALLOW: Allowed.prefault("").describe(
    "Addresses, ranges and host names (*.example.com), by commas, that may be called although they are not public; a name allows private networks, and not this machine.",
  ),
  PLATZ_EGRESS_BLOCK: Blocked.prefault("").describe(
    "Addresses and ranges, by commas, that may not be called even if they are public or allowed, such as a cluster's services.",
  ),
  PLATZ_EGRESS_RESOLVE: Overrides.prefault("").describe(
    "For development: domain=host:port or domain=http://host:port, by commas; calls to the domain go there.",
  ),
};

const EgressEnvironment = z.object(egressSettings);
export type EgressEnvironment = z.output<typeof EgressEnvironment>;

/** The egress that these settings describe, with what the process adds to them. */
export function egressOf(settings: EgressEnvironment, more: EgressSettings = {}): Egress {
  return createEgress({
    allow: settings.PLATZ_EGRESS_ALLOW,
    block: settings.PLATZ_EGRESS_BLOCK,
    resolveOverrides: settings.PLATZ_EGRESS_RESOLVE,
    ...more,
  });
}

function splitOverride(item: string): [string, string] {
  const [domain = "", ...target] = item.split("=");
  return [domain, target.join("=")];
}

/** Whether `read` takes the value; what it says otherwise is the issue. */
function usable(context: z.core.$RefinementCtx<string>, read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "cannot be used";
    context.issues.push({ code: "custom", input: context.value, message });
    return false;
  }
}
