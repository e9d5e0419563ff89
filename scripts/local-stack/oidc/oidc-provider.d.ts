/** What we use of oidc-provider 9, which ships no declarations. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Account {
    readonly accountId: string;
    claims(use: string, scope: string): Record<string, unknown>;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export interface Context {
    readonly type: string;
    body: string;
    set(headers: Record<string, string>): void;
    readonly oidc: {
      readonly provider: Provider;
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId: string };
      readonly result?: { readonly login?: unknown };
      readonly params?: Record<string, unknown>;
    };
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly Grant: new (properties: {
      readonly clientId: string;
      readonly accountId: string;
    }) => Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ readonly uid: string }>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>;
    on(event: "server_error", listener: (context: Context, error: Error) => void): this;
  }

  interface Prompt {
    readonly checks: { add(check: unknown): void };
  }

  export const interactionPolicy: {
    readonly base: () => { get(name: "login" | "consent"): Prompt };
    readonly Check: {
      readonly REQUEST_PROMPT: true;
      readonly NO_NEED_TO_PROMPT: false;
      new (reason: string, description: string, check: (context: Context) => boolean): unknown;
    };
  };
}
