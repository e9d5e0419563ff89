/** Sets variables of this process, by which the AWS SDK is set up, until disposed. */
export function setEnvironment(environment: Readonly<Record<string, string>>): Disposable {
  const kept = { ...process.env };
  Object.assign(process.env, environment);
  return {
    [Symbol.dispose]() {
      for (const name of Object.keys(environment)) {
        if (kept[name] === undefined) delete process.env[name];
        else process.env[name] = kept[name];
      }
    },
  };
}
