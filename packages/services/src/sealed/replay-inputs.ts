import type { PastTask } from "@platz/db/queries/past-secrets";
import { type DeploymentId, type Json, JsonObject, type Operation, sameJson } from "@platz/domain";
import type { KeyRing } from "@platz/sealing";
import { inputsPlace, type StoredInputs, sealInputs, withStoredInputs } from "../deployment/sealed-inputs.ts";
import {
  type IsSensitive,
  type StoredDocument,
  sealedKeys,
  sealSensitive,
  textsIn,
} from "./seal-sensitive.ts";
import { isSealedJson, openJson } from "./sealed-json.ts";

/** Earlier inputs that are compared with: a secret comes back by a rollback, and rarely from further than that. */
const REMEMBERED = 50;

/**
 * Goes through the inputs of a deployment in the order in which they were saved, and seals what was written in the open
 * although an earlier form, or its own, had called it a secret.
 */
export class InputsReplay {
  readonly #keyring: KeyRing;
  readonly #id: DeploymentId;
  readonly #known: StoredInputs[] = [];
  readonly #bodies = new Map<string, StoredDocument[]>();
  /** The texts that stood in the open and are sealed now. */
  readonly leaked = new Set<string>();

  constructor(keyring: KeyRing, id: DeploymentId) {
    this.#keyring = keyring;
    this.#id = id;
  }

  /** The inputs as they have to be stored; the very same when they are stored like that. */
  async inputs(stored: StoredInputs["stored"], isSensitive: IsSensitive): Promise<StoredInputs["stored"]> {
    const { config, valuesOverride } = stored;
    const opened = await openJson(this.#keyring, { config, valuesOverride }, inputsPlace(this.#id));
    const sealed = await sealInputs(this.#keyring, {
      id: this.#id,
      inputs: opened,
      isSensitive,
      before: this.#known,
    });
    const toStore = {
      config: keptSealed(config, sealed.config),
      valuesOverride: isSealedJson(valuesOverride) ? valuesOverride : sealed.valuesOverride,
    };
    this.#noteLeaks(stored.config, toStore.config, opened.config);
    this.#remember({ stored: toStore, opened });
    return sameJson(toStore as Json, { config, valuesOverride }) ? stored : toStore;
  }

  /** The operation of a task as it has to be stored; the very same when it is. */
  async operation({ operation }: PastTask, isSensitive: IsSensitive): Promise<Operation> {
    if (operation.kind === "InvokeAction") return await this.#action(operation);
    if (!("configInputs" in operation)) return operation;
    const { configInputs: config, valuesOverride } = operation;
    const before = this.#known.at(-1)?.stored;
    const after = await this.inputs({ config, valuesOverride }, isSensitive);
    const replayed = withStoredInputs(operation, { before, after });
    return sameJson(replayed as Json, operation as Json) ? operation : replayed;
  }

  async #action(operation: Extract<Operation, { kind: "InvokeAction" }>): Promise<Operation> {
    const stored = JsonObject.safeParse(operation.body).data;
    if (stored === undefined) return operation;
    const place = inputsPlace(this.#id);
    const opened = await openJson(this.#keyring, stored, place);
    const before = this.#bodies.get(operation.actionId) ?? [];
    const sealed = await sealSensitive(this.#keyring, {
      document: opened,
      isSensitive: () => false,
      place,
      before,
    });
    const body = keptSealed(stored, sealed);
    this.#noteLeaks(stored, body, opened);
    this.#bodies.set(operation.actionId, [...before, { stored: body, opened }].slice(-REMEMBERED));
    return sameJson(body, stored) ? operation : { ...operation, body };
  }

  #noteLeaks(stored: JsonObject, toStore: JsonObject, opened: JsonObject): void {
    const before = sealedKeys(stored);
    for (const key of sealedKeys(toStore)) {
      if (!before.has(key)) for (const text of textsIn(opened[key] ?? null)) this.leaked.add(text);
    }
  }

  #remember(inputs: StoredInputs): void {
    this.#known.push(inputs);
    if (this.#known.length > REMEMBERED) this.#known.shift();
  }
}

/** What is sealed already stays as it is. */
function keptSealed(stored: JsonObject, sealed: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(sealed).map(([key, value]) => [key, isSealedJson(stored[key]) ? stored[key] : value]),
  );
}
