import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong, where, in one line each. */
export type Violations = string[];

interface Found {
  violations: {
    id: string;
    impact: string | null;
    help: string;
    nodes: { target: unknown[]; failureSummary?: string }[];
  }[];
}

/** What axe calls moderate, and who goes from landmark to landmark cannot do without. */
const SERIOUS_TO_US = ['region', 'landmark-one-main', 'landmark-unique', 'page-has-heading-one'];

/** WCAG 2.2 A and AA, and axe's own best practices; what it calls serious or critical, and what we do. */
export async function seriousViolations(page: Page): Promise<Violations> {
  return violationsOf(page, {});
}

/** What there is to find in another colour scheme, where everything else was looked at: that takes a tenth of the time. */
export async function contrastViolations(page: Page): Promise<Violations> {
  return violationsOf(page, { runOnly: { type: 'rule', values: ['color-contrast'] } });
}

async function violationsOf(page: Page, options: object): Promise<Violations> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Found>(
    `axe.run(document, ${JSON.stringify({ ...options, resultTypes: ['violations'] })})
      .then(({ violations }) => ({ violations }))`,
  );
  return violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || SERIOUS_TO_US.includes(id))
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${id}: ${help} at ${target.join(' ')} (${oneLine(failureSummary)})`,
      ),
    );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}
