export { createSampleApp, type SampleApp } from "./create-sample-app.ts";
