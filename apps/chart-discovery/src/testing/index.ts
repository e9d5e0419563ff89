export { createEcrWorld, ecrEvent, REGION } from "./ecr-world.ts";
export { type TestRepository, testRepository } from "./test-charts.ts";
