/** Keeps the parts that tests need up, and prints how tests find them: for running single test files many times. */
import { shutdownSignal } from "@platz/worker";
import { startTestParts } from "./test-parts.ts";

await using parts = await startTestParts((line) => console.error(line));
for (const [name, value] of Object.entries(parts.environment)) console.log(`export ${name}=${value}`);
await shutdownSignal();
