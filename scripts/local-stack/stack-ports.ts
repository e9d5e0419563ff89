import { choosePort, freePort } from "./choose-port.ts";

/** The ports that people know these services by. */
const known = {
  api: { port: 3000, title: "API" },
  oidc: { port: 9000, title: "OpenID provider" },
  postgres: { port: 15432, title: "PostgreSQL" },
  registry: { port: 5001, title: "registry" },
  sampleApp: { port: 8080, title: "sample application" },
} as const;

export type StackPorts = Readonly<Record<keyof typeof known, number>>;

/** The known ports, or others that are free where those are taken, which is said; or any free ones. */
export async function chooseStackPorts(
  which: "known" | "any",
  report: (line: string) => void,
): Promise<StackPorts> {
  const choose = async (name: keyof typeof known): Promise<number> => {
    if (which === "any") return await freePort();
    const { port, title } = known[name];
    const chosen = await choosePort(port);
    if (chosen.changed) report(`port ${port} is taken: the ${title} takes ${chosen.port}`);
    return chosen.port;
  };
  return {
    api: await choose("api"),
    oidc: await choose("oidc"),
    postgres: await choose("postgres"),
    registry: await choose("registry"),
    sampleApp: await choose("sampleApp"),
  };
}
