export { arnOf } from "./answers.ts";
export { type AwsStub, OWN_ACCOUNT, startAwsStub } from "./aws-stub.ts";
export { setEnvironment } from "./set-environment.ts";
