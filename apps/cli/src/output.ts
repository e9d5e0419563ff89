/** What a command prints, and the status that it ends with. */
export interface Output {
  readonly text: string;
  readonly status: 0 | 1;
}
