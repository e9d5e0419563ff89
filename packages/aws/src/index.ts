export { awsClientOptions } from "./client-options.ts";
export { type EcrLogin, ecrLogins, regionOfEcrDomain } from "./ecr-login.ts";
export { awsReason } from "./reason.ts";
