export interface Question {
  readonly title: string;
  readonly promql: string;
}

/** Typical first questions about a cluster's security. The demo fails if one has no answer. */
export const QUESTIONS: readonly Question[] = [
  {
    title: 'How many containers have been scanned?',
    promql: 'kubescape_scanned_containers',
  },
  {
    title: 'How many vulnerabilities does each severity have?',
    promql: `
sort_desc(sum by (severity) (
  label_replace(
    {__name__=~"kubescape_total_(critical|high|medium|low)_vulnerabilities"},
    "severity", "$1", "__name__", "kubescape_total_(.+)_vulnerabilities"
  )
))`,
  },
  {
    title: 'Which five images have the most critical vulnerabilities?',
    promql: 'topk(5, max by (image, tag) (kubescape_critical_vulnerabilities))',
  },
  {
    title: 'Which namespaces have fixable vulnerabilities in containers with critical ones?',
    promql: `
sort_desc(sum by (namespace) (
  kubescape_fixable_vulnerabilities
    and (kubescape_critical_vulnerabilities > 0)
))`,
  },
  {
    // `==` returns only the series for which it holds.
    title: "Do the containers add up to the cluster's total?",
    promql: `
sum by (cluster) (kubescape_total_image_vulnerabilities)
  == sum by (cluster) (kubescape_total_vulnerabilities)`,
  },
];
