export interface Question {
  readonly title: string;
  readonly promql: string;
}

/** What somebody who answers for a cluster's security asks first. Each has to have an answer. */
export const QUESTIONS: readonly Question[] = [
  {
    title: 'How many containers have been scanned?',
    promql: 'kubescape_scanned_containers',
  },
  {
    title: 'How many vulnerabilities are there of each severity?',
    promql: `
sort_desc(sum by (severity) (
  label_replace(
    {__name__=~"kubescape_total_(critical|high|medium|low)_vulnerabilities"},
    "severity", "$1", "__name__", "kubescape_total_(.+)_vulnerabilities"
  )
))`,
  },
  {
    title: 'Which five images have the most critical ones?',
    promql: 'topk(5, max by (image, tag) (kubescape_critical_vulnerabilities))',
  },
  {
    title: 'In which namespaces would updates help containers with critical ones?',
    promql: `
sort_desc(sum by (namespace) (
  kubescape_fixable_vulnerabilities
    and (kubescape_critical_vulnerabilities > 0)
))`,
  },
  {
    // A comparison answers only where it holds.
    title: "Do the containers add up to the cluster's total?",
    promql: `
sum by (cluster) (kubescape_total_image_vulnerabilities)
  == sum by (cluster) (kubescape_total_vulnerabilities)`,
  },
];
