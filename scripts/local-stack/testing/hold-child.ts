/** Run by a test: starts a process that sleeps, says its id, and waits to be killed. */
import { startChild } from "../child-process.ts";

const [logFolder = ""] = process.argv.slice(2);
const child = await startChild({ name: "sleeper", command: ["/bin/sleep", "600"], logFolder });
console.log(child.pid);
setInterval(() => {}, 1_000);
