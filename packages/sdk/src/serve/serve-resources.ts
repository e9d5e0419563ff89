import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import type { Caller } from "../caller/caller.ts";
import { Refusal } from "../refusal.ts";
import { type Call, createHandler, type Handler, type HandlerOptions } from "./handler.ts";
import { BODY_BYTES_MAX, fitted, readJson } from "./read-body.ts";

/** A resource of this deployment, as Platz has it. */
export interface Resource<Props> {
  readonly id: string;
  readonly createdAt: string;
  readonly typeId: string;
  readonly deploymentId: string | null;
  readonly name: string;
  readonly props: Props;
}

/** What a hook gets besides the resource. */
export interface ResourceCall {
  readonly caller: Caller;
  /** Aborts when Platz has given up waiting. */
  readonly signal: AbortSignal;
}

/** Properties as they were filled in, of which no schema has made anything. */
export type RawProps = Readonly<Record<string, unknown>>;

/**
 * What to do when a resource is created, changed or deleted. A hook may be called again for the same resource, when it is
 * not known whether it was called, or what it answered: it brings about a state, and is safe to run twice.
 */
export interface ResourceTypeDefinition<Props> {
  /** What the properties have to be: a schema of zod, or of any other library of Standard Schema. */
  readonly props?: StandardSchemaV1<unknown, Props>;
  readonly create?: (resource: Resource<Props>, call: ResourceCall) => void | Promise<void>;
  readonly update?: (resource: Resource<Props>, call: ResourceCall) => void | Promise<void>;
  /** Gets the properties as they are: what the schema no longer allows can still be deleted. */
  readonly delete?: (resource: Resource<RawProps>, call: ResourceCall) => void | Promise<void>;
}

type Hook = (resource: Resource<RawProps>, call: ResourceCall) => Promise<void>;

/** A resource type, made by `resourceType`. */
export interface ResourceType {
  readonly hooks: Readonly<Partial<Record<"create" | "update" | "delete", Hook>>>;
}

/** Says what the resources of one type are, and what becomes of them. */
export function resourceType<Props = RawProps>(definition: ResourceTypeDefinition<Props>): ResourceType;
export function resourceType({ props, ...hooks }: ResourceTypeDefinition<unknown>): ResourceType {
  const checked = (hook: ResourceTypeDefinition<unknown>["create"]): Hook | undefined =>
    hook &&
    (async (resource, call) => {
      const fit = props === undefined ? resource.props : await fitted(props, resource.props);
      await hook({ ...resource, props: fit }, call);
    });
  const { delete: remove } = hooks;
  const create = checked(hooks.create);
  const update = checked(hooks.update);
  return {
    hooks: {
      ...(create && { create }),
      ...(update && { update }),
      ...(remove && { delete: async (resource, call) => await remove(resource, call) }),
    },
  };
}

export interface ResourcesOptions extends HandlerOptions {
  /** What stands before the name of each type in the paths of the chart's hooks; `/platz/resources` unless told. */
  readonly basePath?: string;
  /** Longer bodies are refused; 1 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** By the `key` that the chart gives them. */
  readonly types: Readonly<Record<string, ResourceType>>;
}

/**
 * Answers the lifecycle hooks of the chart's resource types: `POST <basePath>/<key>/create`, `update` and `delete`, each
 * with the whole resource. An answer without an error makes the resource `Ready`, or gone.
 */
export function serveResources(options: ResourcesOptions): Handler {
  const { basePath = "/platz/resources", maxBodyBytes = BODY_BYTES_MAX, types, ...others } = options;
  const routes = Object.entries(types).flatMap(([key, { hooks }]) =>
    Object.entries(hooks).map(([name, hook]) => ({
      method: "POST",
      path: `${basePath}/${encodeURIComponent(key)}/${name}`,
      async answer({ request, caller }: Call) {
        const resource = resourceOf(await readJson(request, maxBodyBytes));
        await hook(resource, { caller, signal: request.signal });
        return new Response(null, { status: 204 });
      },
    })),
  );
  return createHandler({ ...others, maxBodyBytes }, routes);
}

/** A resource on the wire: the whole row, of which this is what a hook needs. */
const WireResource = z.object({
  id: z.uuid(),
  created_at: z.iso.datetime({ offset: true }),
  type_id: z.uuid(),
  deployment_id: z.uuid().nullable(),
  name: z.string(),
  props: z.record(z.string(), z.unknown()),
});

function resourceOf(json: unknown): Resource<RawProps> {
  const { success, data, error } = WireResource.safeParse(json);
  if (!success) throw new Refusal("The body is not a resource.", { status: 422, cause: error });
  return {
    id: data.id,
    createdAt: data.created_at,
    typeId: data.type_id,
    deploymentId: data.deployment_id,
    name: data.name,
    props: data.props,
  };
}
