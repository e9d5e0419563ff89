/** Who asks, as proven by the token of the request. */
export interface Caller {
  /** The deployment that is meant, or `null` for an unsigned request that `allowUnsigned` let in. */
  readonly deploymentId: string | null;
  /** The id of the token (`jti`), which no other request has. */
  readonly tokenId: string | null;
}

/**
 * Says who asks, or throws a `Refusal`: nobody is let in by default. Of a longer body than `maxBodyBytes`, 1 MiB unless
 * told, it reads no more.
 */
export type Verifier = (
  request: Request,
  limits?: { readonly maxBodyBytes?: number | undefined },
) => Promise<Caller>;
