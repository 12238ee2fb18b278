/** How well a cluster complies with a framework, as Kubescape scored it. */
export interface FrameworkScore {
  /** Name such as `NSA`. */
  readonly framework: string;
  /** From 0 to 1. */
  readonly complianceRatio: number;
}
