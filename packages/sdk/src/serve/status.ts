/** A colour by what it means. */
export type Color = "primary" | "success" | "danger" | "warning" | "secondary";

/** A figure that the application shows of itself. */
export interface Metric {
  /** A number, or one written as text so that it keeps its digits: `"12.50"`. */
  readonly value: number | string;
  readonly unit: string;
  readonly shortDescription: string;
  readonly color?: Color | undefined;
}

/** A sentence for people. `Info` raises no warning sign. */
export interface Notice {
  readonly level: "Info" | "Warning" | "Danger";
  readonly text: string;
}

/** What an application says of itself. */
export interface Status {
  /** `name` is shown as a badge, and is what `allowed_on_statuses` of an action names. */
  readonly status: { readonly name: string; readonly color: Color };
  readonly primaryMetric?: Metric | undefined;
  readonly metrics?: readonly Metric[] | undefined;
  readonly notices?: readonly Notice[] | undefined;
}
