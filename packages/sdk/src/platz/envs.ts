import type { Json, JsonObject } from "./json.ts";
import type { Create, Delete, Get, Listed, OneOf, Update } from "./lists.ts";

/** An environment: clusters, secrets and permissions that belong together. */
export interface Env {
  readonly id: string;
  readonly createdAt: string;
  readonly version: number;
  readonly name: string;
  readonly nodeSelector: JsonObject;
  readonly tolerations: readonly Json[];
  readonly autoAddNewUsers: boolean;
  /** Its deployments have charts that are signed by a key of their registry, and no others. */
  readonly signedChartsOnly: boolean;
}

export interface EnvFilters {
  /** A part of the name. */
  name?: string | undefined;
  autoAddNewUsers?: boolean | undefined;
}

export interface NewEnv {
  name: string;
  autoAddNewUsers?: boolean | undefined;
}

export interface UpdateEnv {
  id: string;
  /** The one that was seen. */
  version: number;
  name?: string | undefined;
  nodeSelector?: { [label: string]: string } | undefined;
  tolerations?: JsonObject[] | undefined;
  autoAddNewUsers?: boolean | undefined;
  signedChartsOnly?: boolean | undefined;
}

export interface Envs extends Listed<Env, EnvFilters, "createdAt" | "name"> {
  readonly get: Get<Env>;
  readonly create: Create<NewEnv, Env>;
  readonly update: Update<UpdateEnv, Env>;
  readonly delete: Delete;
}

/** A secret of an env. Its contents never leave the server. */
export interface Secret {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly envId: string;
  readonly collection: string;
  readonly name: string;
  /** The kinds whose deployments may use it; `null`: all of them. */
  readonly kindIds: readonly string[] | null;
}

export interface SecretFilters {
  envId?: OneOf<string> | undefined;
  collection?: OneOf<string> | undefined;
  name?: OneOf<string> | undefined;
}

export interface NewSecret {
  envId: string;
  collection: string;
  name: string;
  contents: string;
  /** The kinds whose deployments may use it; all of them unless told. */
  kindIds?: string[] | null | undefined;
}

export interface UpdateSecret {
  id: string;
  /** The one that was seen. */
  version?: number | undefined;
  name?: string | undefined;
  contents?: string | undefined;
  kindIds?: string[] | null | undefined;
}

export interface Secrets extends Listed<Secret, SecretFilters, "createdAt" | "name"> {
  readonly get: Get<Secret>;
  readonly create: Create<NewSecret, Secret>;
  readonly update: Update<UpdateSecret, Secret>;
  readonly delete: Delete;
}
