import process from "node:process";

/** The little that is taken from around us when it is not given: the only place that looks there. */
export const surroundings = {
  env: (): Readonly<Record<string, string | undefined>> => process.env,
  warn: (message: string): void => console.warn(message),
  error: (message: string, error: unknown): void => console.error(message, error),
};
