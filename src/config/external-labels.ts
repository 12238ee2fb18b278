import * as z from 'zod';

const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels added to every series, as in Prometheus' `global.external_labels`. */
export const ExternalLabels = z.record(z.string(), z.string()).check(({ value, issues }) => {
  for (const name of Object.keys(value)) {
    if (labelName.test(name)) continue;
    const message = `${JSON.stringify(name)} must be a label name: letters, digits and _, not starting with a digit or __`;
    issues.push({ code: 'custom', input: undefined, message });
  }
});
