import * as z from 'zod';

const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels that every series gets, as in Prometheus' own configuration. */
export const ExternalLabels = z.record(z.string(), z.string()).check(({ value, issues }) => {
  for (const name of Object.keys(value)) {
    if (labelName.test(name)) continue;
    const message = `${JSON.stringify(name)} is no label name, or one that Prometheus keeps for itself`;
    issues.push({ code: 'custom', input: undefined, message });
  }
});
