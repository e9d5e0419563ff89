export type { AddressRules } from "./address-policy.ts";
export { createEgress, type Egress, type EgressRequest, type EgressSettings } from "./create-egress.ts";
export { EgressError, type EgressErrorKind } from "./egress-error.ts";
export { type EgressEnvironment, egressOf, egressSettings } from "./egress-settings.ts";
export type { EgressResponse } from "./send-request.ts";
