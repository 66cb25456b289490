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

/** WCAG 2.2 A and AA, and axe's own best practices; only what it calls serious or critical. */
export async function seriousViolations(page: Page): Promise<Violations> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Found>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => ({ violations }))`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${id}: ${help} at ${target.join(' ')} (${oneLine(failureSummary)})`,
      ),
    );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}
