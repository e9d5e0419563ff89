import type { CallOptions } from "./lists.ts";

/** An env that the caller belongs to. */
export interface EnvRole {
  readonly envId: string;
  readonly role: "Admin" | "User";
}

/** Who the caller is. */
export type Me =
  | {
      readonly kind: "User";
      readonly user: {
        readonly id: string;
        readonly createdAt: string;
        readonly version: number;
        readonly displayName: string;
        readonly email: string;
        readonly isAdmin: boolean;
        readonly isActive: boolean;
      };
      readonly envs: readonly EnvRole[];
    }
  | {
      readonly kind: "Bot";
      readonly bot: {
        readonly id: string;
        readonly createdAt: string;
        readonly version: number;
        readonly displayName: string;
      };
      readonly envs: readonly EnvRole[];
    }
  | { readonly kind: "Deployment"; readonly id: string; readonly name: string };

export interface MeApi {
  readonly get: (options?: CallOptions) => Promise<Me>;
}
