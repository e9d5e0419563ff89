/**
 * Resolves with the name of the signal that asks this process to stop (SIGTERM or SIGINT). A second signal ends the
 * process at once, for those who will not wait.
 */
export function shutdownSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (signal: NodeJS.Signals) => {
      if (asked) process.exit(signal === "SIGINT" ? 130 : 143);
      asked = true;
      resolve(signal);
    };
    process.on("SIGTERM", ask);
    process.on("SIGINT", ask);
  });
}
