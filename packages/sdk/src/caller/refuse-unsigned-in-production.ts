import { surroundings } from "../surroundings.ts";

/** Throws where `allowUnsigned` would let strangers in: inside of Kubernetes, and where `NODE_ENV` says production. */
export function refuseUnsignedInProduction(
  env: Readonly<Record<string, string | undefined>> = surroundings.env(),
): void {
  const place =
    env["KUBERNETES_SERVICE_HOST"] !== undefined
      ? "inside of Kubernetes"
      : env["NODE_ENV"] === "production"
        ? "with NODE_ENV=production"
        : undefined;
  if (place !== undefined) throw new Error(`allowUnsigned is for development, and not allowed ${place}`);
}
