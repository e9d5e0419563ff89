export { audience, deploymentId, otherDeploymentId, platzStub } from "./testing/platz-stub.ts";
export { type ServedApi, serveApi } from "./testing/served-api.ts";
